import Foundation
import Testing

/// Commands and settings in the running text of README.md and docs are those of the real programs.
@Suite("Commands and settings that the documents name")
struct DocumentedPhraseTests {
    /// Decisions speak of the past too; these tell somebody what to do.
    private static let guides = Document.all.filter { !$0.name.hasPrefix("docs/decisions/") }

    @Test("lnsync takes every command that is named", arguments: guides)
    func lnsync(document: Document) async throws {
        for phrase in document.phrases where phrase.hasPrefix("lnsync ") { try await check(phrase, document) }
    }

    /// Without settings a command ends at the first one that is missing; what is wrong with its words comes before.
    private func check(_ phrase: String, _ document: Document) async throws {
        for words in spelledOut(phrase) {
            let result = try await Programs.run("lnsync", Array(words.dropFirst()))
            if result.status == 78 || words.last == "--help" && result.status == 0 { continue }
            // The text may name a command without all that it needs, but none that does not exist.
            #expect(result.status == 64, "\(document.name): \(words): \(result.output)")
            let isShort = ["is missing", "which?", "where to?", "see: lnsync"].contains { result.output.contains($0) }
            #expect(isShort && !result.output.contains("there is no"), "\(document.name): \(words): \(result.output)")
        }
    }

    @Test("README names every command of lnsync")
    func commands() async throws {
        let readme = try #require(Document.all.first { $0.name == "README.md" })
        let named = Set(readme.phrases.filter { $0.hasPrefix("lnsync ") }.flatMap(spelledOut))
        let commands = try await leaves(["lnsync"])
        #expect(commands.count > 15)
        for command in commands {
            #expect(named.contains { $0.starts(with: command) }, "README: \(command.joined(separator: " "))")
        }
    }

    /// The commands that run, as the programs' own help lists them. Each takes --json.
    private func leaves(_ path: [String]) async throws -> [[String]] {
        let help = try await Programs.run("lnsync", path.dropFirst() + ["--help"]).output
        guard let list = help.firstRange(of: "\nCOMMANDS:\n") else {
            #expect(help.contains("--json"), "\(path)")
            return [path]
        }
        var found: [[String]] = []
        for line in help[list.upperBound...].prefix(while: { _ in true }).split(separator: "\n")
        where line.hasPrefix("  ") {
            found += try await leaves(path + [String(line.split(separator: " ")[0])])
        }
        return found
    }

    @Test(
        "docker compose is told services that the compose file has, and commands that lnsync takes", arguments: guides)
    func compose(document: Document) async throws {
        let services = try services()
        #expect(
            services.isSuperset(of: [
                "kafka", "topics", "ln-producer", "exchange-producer", "contact-worker", "calendar-worker",
            ]))
        for phrase in document.phrases where phrase.hasPrefix("docker compose ") {
            var words = phrase.split(separator: " ").dropFirst(2).map(String.init)
            if words.first == "--profile" {
                let profile = "profiles: [\(words.count > 2 ? words[1] : "")]"
                #expect(try compose().contains(profile), "\(phrase)")
                words.removeFirst(2)
            }
            let rest = words.dropFirst().filter { !["-d", "--rm", "--scale"].contains($0) }
            switch words.first {
            case "up":
                for word in rest {
                    let parts = word.split(separator: "=")
                    #expect(
                        parts.count == 2 && services.contains(String(parts[0])) && Int(parts[1]) != nil, "\(phrase)")
                }
            case "run":
                #expect(rest.first.map { services.contains($0) } == true, "\(phrase)")
                try await check(rest.dropFirst().joined(separator: " "), document)
            default:
                Issue.record("\(document.name): nothing here checks “\(phrase)”")
            }
        }
    }

    @Test("The compose file starts programs that there are, with settings that they have")
    func composeFile() async throws {
        let text = try compose()
        for match in text.matches(of: /command: \[(.+)\]/) {
            let words = match.output.1.split(separator: ", ").map { $0.filter { $0 != "\"" } }
            if words[0] == "lnsync" {
                #expect(try await Programs.run("lnsync", Array(words.dropFirst())).status == 78)
            } else {
                #expect(try await Programs.run(words[0], ["--help"]).status == 0)
            }
        }
        let known = try await settings()
        for match in text.matches(of: /LNSYNC_[A-Z_]+/) {
            #expect(known.contains(String(match.output)), "\(match.output)")
        }
    }

    @Test("Settings that are named are settings of the programs", arguments: guides)
    func settingNames(document: Document) async throws {
        let known = try await settings()
        let package = try String(contentsOf: Programs.checkout.appending(path: "Package.swift"), encoding: .utf8)
        for match in document.text.matches(of: /LNSYNC_[A-Z_]+/) {
            let name = String(match.output)
            #expect(known.contains(name) || package.contains("\"\(name)\""), "\(document.name): \(name)")
        }
    }

    @Test("make has the targets that are named, and the simulator its options")
    func targets() throws {
        let makefile = try String(contentsOf: Programs.checkout.appending(path: "Makefile"), encoding: .utf8)
        let simulator = try String(
            contentsOf: Programs.checkout.appending(path: "Sources/Programs/simulate/SimulateProgram.swift"),
            encoding: .utf8)
        for document in Document.all {
            for phrase in document.phrases {
                let words = phrase.split(separator: " ").map(String.init)
                if words[0] == "make", words.count > 1 { #expect(makefile.contains("\n\(words[1]):"), "\(phrase)") }
                guard words[0] == "simulate" else { continue }
                for option in words where option.hasPrefix("--") {
                    #expect(simulator.contains("\"\(option.dropFirst(2))\""), "\(phrase)")
                }
            }
        }
    }

    // MARK: Means

    private func compose() throws -> String {
        try String(contentsOf: Programs.checkout.appending(path: "docker-compose.yml"), encoding: .utf8)
    }

    private func services() throws -> Set<String> {
        let text = try compose()
        let start = try #require(text.firstRange(of: "\nservices:\n")).upperBound
        let lines = text[start...].split(separator: "\n", omittingEmptySubsequences: false)
            .prefix { $0.isEmpty || $0.hasPrefix(" ") }
        return Set(lines.compactMap { $0.wholeMatch(of: #/  ([a-z-]+):/#).map { String($0.output.1) } })
    }

    /// Those that the programs' help lists, and the file's that may hold them.
    private func settings() async throws -> Set<String> {
        var names: Set<String> = ["LNSYNC_CONFIG"]
        for program in ["ln-producer", "exchange-producer", "contact-worker", "calendar-worker"] {
            let help = try await Programs.run(program, ["--help"]).output
            names.formUnion(help.matches(of: /LNSYNC_[A-Z_]+/).map { String($0.output) })
        }
        return names
    }
}
