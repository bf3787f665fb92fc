import Foundation
import Testing

/// README.md and the pages of docs: what they tell somebody to type.
struct Document: Sendable, CustomTestStringConvertible {
    let name: String
    let text: String

    static let all: [Document] = {
        let docs = Programs.checkout.appending(path: "docs")
        let pages = (try? FileManager.default.subpathsOfDirectory(atPath: docs.path)) ?? []
        return (["README.md"] + pages.filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }).map { name in
            let file = Programs.checkout.appending(path: name)
            return Document(name: name, text: (try? String(contentsOf: file, encoding: .utf8)) ?? "")
        }
    }()

    var testDescription: String { name }

    /// Fenced blocks, and those that are indented by four blanks or more below an empty line; without their indentation.
    var blocks: [[String]] {
        var blocks: [[String]] = []
        var block: [String]?
        var isFenced = false
        var previous = ""
        for line in text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init) {
            let isFence = line.drop { $0 == " " }.hasPrefix("```")
            if isFenced {
                if isFence { isFenced = false } else { block?.append(line) }
            } else if isFence {
                isFenced = true
                block = []
            } else if line.hasPrefix("    "), block != nil || previous.isEmpty {
                block = (block ?? []) + [line]
            } else if let ended = block {
                blocks.append(ended)
                block = nil
            }
            previous = line
        }
        return (blocks + [block].compactMap(\.self)).map(Self.withoutIndentation)
    }

    private static func withoutIndentation(_ lines: [String]) -> [String] {
        let indentation = lines.map { $0.prefix { $0 == " " }.count }.min() ?? 0
        return lines.map { String($0.dropFirst(indentation)) }
    }

    /// What stands between backquotes in the running text.
    var phrases: [String] {
        text.matches(of: /`([^`\n]+)`/).map { String($0.output.1).replacing("\\|", with: "|") }
    }
}

/// `[--mode verify|reapply]`, `list|show` and `<contact>` of a command as documents write it, put out in full.
func spelledOut(_ command: String) -> [[String]] {
    var commands: [[String]] = [[]]
    for match in command.matches(of: /\[([^\]]+)\]|\S+/) {
        if let optional = match.output.1 {
            commands += commands.flatMap { command in spelledOut(String(optional)).map { command + $0 } }
        } else {
            let choices = match.output.0.split(separator: "|").map { String($0.filter { !"<>".contains($0) }) }
            commands = choices.flatMap { choice in commands.map { $0 + [example(choice)] } }
        }
    }
    return commands
}

/// A word in place of one that stands for many.
private func example(_ word: String) -> String {
    switch word {
    case "T": "ln.contact-changes"
    case "user": "anna"
    case "name": "emailMatch"
    default: word
    }
}
