extension Int {
    /// `1 hold`, `2 holds`.
    public func of(_ one: String, _ many: String? = nil) -> String {
        "\(self) \(self == 1 ? one : many ?? one + "s")"
    }
}
