import CommandLine

/// The roles of a program, of which one process takes one: `--role reader`.
public struct DaemonRoles: Sendable {
    let names: [String]
    let standard: String
    let summary: String
    /// Why a role can't be taken.
    let refused: [String: String]

    /// - Parameters:
    ///   - standard: where nothing is said.
    ///   - summary: what they are, for the help.
    ///   - refused: why a role can't be taken, by its name.
    public init(_ names: [String], standard: String, summary: String, refused: [String: String] = [:]) {
        self.names = names
        self.standard = standard
        self.summary = summary
        self.refused = refused
    }

    var option: Option { .value("role", "ROLE", "\(summary) (\(standard))") }

    func chosen(_ name: String?) throws -> String {
        let name = name ?? standard
        guard names.contains(name) else {
            throw UsageError("there is no role “\(name)”: expected one of \(names.joined(separator: ", "))")
        }
        if let why = refused[name] { throw UsageError("the role \(name) can't be taken: \(why)") }
        return name
    }
}
