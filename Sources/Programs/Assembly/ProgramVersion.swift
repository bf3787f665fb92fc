/// The version of all programs; one release has one.
public enum ProgramVersion {
    public static let current = "0.1.0"
}
