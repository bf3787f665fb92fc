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

/// `[--full]`, `list|show` and `<contact>` of a command as documents write it, put out in full.
func spelledOut(_ command: String) -> [[String]] {
    var commands: [[String]] = [[]]
    for word in command.split(separator: " ").map(String.init) {
        switch true {
        case word.hasPrefix("[") && word.hasSuffix("]"):
            commands += commands.map { $0 + [String(word.dropFirst().dropLast())] }
        case word.contains("|"):
            commands = word.split(separator: "|").flatMap { choice in commands.map { $0 + [String(choice)] } }
        case word == "T":
            commands = commands.map { $0 + ["ln.contact-changes"] }
        case word == "<name>":
            commands = commands.map { $0 + ["emailMatch"] }
        default:
            commands = commands.map { $0 + [word.filter { !"<>".contains($0) }] }
        }
    }
    return commands
}
