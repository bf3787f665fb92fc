extension Command {
    /// `USAGE: lnsync sync now [--full]`.
    func usage(_ path: String) -> String {
        var words = ["USAGE: \(path)"]
        switch action {
        case .choose:
            words.append("<command>")
        case .run:
            words += arguments.map { $0.isRequired ? "<\($0.name)>" : "[<\($0.name)>]" }
            words += options.map { option in option.value.map { "[--\(option.name) \($0)]" } ?? "[--\(option.name)]" }
        }
        return words.joined(separator: " ")
    }

    /// What `--help` prints.
    func help(_ path: String) -> String {
        var text = summary + "\n\n" + usage(path) + "\n"
        if !discussion.isEmpty { text += "\n" + discussion + "\n" }
        switch action {
        case .choose(let commands):
            text += section("COMMANDS", commands.map { ($0.name, $0.summary) })
            text += "\nsee: \(path) <command> --help\n"
        case .run:
            text += section("ARGUMENTS", arguments.map { ("<\($0.name)>", $0.summary) })
            text += section(
                "OPTIONS", options.map { ("--\($0.name)" + ($0.value.map { " \($0)" } ?? ""), $0.summary) })
        }
        return text
    }

    private func section(_ title: String, _ rows: [(String, String)]) -> String {
        guard !rows.isEmpty else { return "" }
        let width = rows.map(\.0.count).max() ?? 0
        return "\n\(title):\n"
            + rows.map { "  \($0)\(String(repeating: " ", count: width - $0.count + 2))\($1)\n" }.joined()
    }
}
