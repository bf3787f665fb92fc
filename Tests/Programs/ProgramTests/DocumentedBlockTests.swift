import Foundation
import Processes
import Testing

/// Each block of commands in README.md and docs is run, or held to what can be known of it here. A block that nothing here knows fails.
@Suite("What the documents say to type")
struct DocumentedBlockTests {
    /// How a block is checked, by what its lines are.
    private enum Kind: CaseIterable {
        case make, lnsync, secretFiles, composeSettings, houseplan, floors, hint, mapping

        func covers(_ line: String) -> Bool {
            switch self {
            case .make: line.hasPrefix("make ") || line.contains(/^LNSYNC_ONLY=\w+ swift test/)
            case .lnsync: line.hasPrefix("lnsync ")
            case .secretFiles: ["mkdir ", "cp ", "printf ", "chmod "].contains { line.hasPrefix($0) }
            case .composeSettings: line.wholeMatch(of: /LNSYNC_[A-Z_]+=\S+/) != nil
            case .houseplan: line.wholeMatch(of: /[A-Z]?[a-zA-Z]+(\/\w+)* {2,}\S.*/) != nil && !line.hasPrefix("make")
            case .floors: line.contains(" → ")
            case .hint: line.contains(/^(POST |[A-Z][A-Za-z-]+: )/) || line.contains("\"messageId\"")
            case .mapping: line.first.map { "{} ".contains($0) } ?? false
            }
        }
    }

    @Test("Every block is run or checked", arguments: Document.all)
    func blocks(document: Document) async throws {
        for block in document.blocks {
            let kind = try #require(
                Kind.allCases.first { kind in block.allSatisfy { kind.covers($0) } },
                "\(document.name): nothing here runs or checks this block:\n\(block.joined(separator: "\n"))")
            switch kind {
            case .make: try await make(block)
            case .lnsync: try await lnsync(block)
            case .secretFiles: try await secretFiles(block)
            case .composeSettings: try await composeSettings(block)
            case .houseplan: try houseplan(block)
            case .floors: try floors(block)
            case .hint: try hint(block)
            case .mapping: try await mapping(block)
            }
        }
    }

    /// What make would do: nothing is built here.
    private func make(_ lines: [String]) async throws {
        for line in lines {
            // What follows two blanks explains.
            let command = line.split(separator: "  ", maxSplits: 1)[0]
            let words = command.split(separator: " ").map(String.init)
            if words[0] == "make" {
                let result = try await shell("make --dry-run " + words.dropFirst().joined(separator: " "))
                #expect(result.status == 0, "\(line): \(result.output)")
                if words.contains("ONCE=1") { #expect(result.output.contains("--once"), "\(result.output)") }
            } else {
                let room = try #require(words[0].split(separator: "=").last)
                let package = try text(of: "Package.swift")
                #expect(package.contains("LNSYNC_ONLY"))
                #expect(package.contains("test(\"\(room.dropLast("Tests".count))\""), "\(line)")
            }
        }
    }

    /// Against an installation of real processes.
    private func lnsync(_ lines: [String]) async throws {
        let shop = try await AdministeredShop()
        for line in lines {
            let answer = try await shop.lnsync(words: line.split(separator: " ").dropFirst().map(String.init))
            if line.contains("--approve") {
                // Nobody is active here.
                #expect(answer.status == 1 && answer.output.contains("no user is active"), "\(answer.output)")
                continue
            }
            #expect(answer.status == 0, "\(line): \(answer.output)")
        }
        await shop.close()
    }

    /// The files arise where the compose file has them, for their owner alone.
    private func secretFiles(_ lines: [String]) async throws {
        // The image's user is to have them.
        let user = try #require(try text(of: "Dockerfile").firstMatch(of: /useradd --uid (\d+)/)?.1)
        #expect(try text(of: "README.md").contains("`sudo chown \(user) secrets/*`"))
        let home = Programs.temporary("home")
        defer { try? FileManager.default.removeItem(atPath: home) }
        try FileManager.default.createDirectory(atPath: home + "/Downloads", withIntermediateDirectories: true)
        try "{}".write(toFile: home + "/Downloads/LNSYNC.ionapi", atomically: true, encoding: .utf8)
        let script = (["set -e", "cd \"$HOME\""] + lines).joined(separator: "\n")
        let result = try await shell(script, environment: ["HOME": home])
        #expect(result.status == 0, "\(result.output)")
        let files = try text(of: "docker-compose.yml").matches(of: /file: \.\/(\S+)/).map { String($0.output.1) }
        #expect(files.count == 3)
        // The token of LN's pushes is made by who wants them.
        for file in files where !file.hasSuffix("hints-token") {
            let attributes = try FileManager.default.attributesOfItem(atPath: home + "/" + file)
            #expect(attributes[.posixPermissions] as? Int == 0o600, "\(file)")
            #expect(try !String(contentsOfFile: home + "/" + file, encoding: .utf8).hasSuffix("\n"))
        }
    }

    /// The compose file hands them on, and the programs take their values.
    private func composeSettings(_ lines: [String]) async throws {
        let compose = try text(of: "docker-compose.yml")
        var environment: [String: String] = [:]
        for line in lines {
            let parts = line.split(separator: "=", maxSplits: 1).map(String.init)
            environment[parts[0]] = parts[1]
            #expect(compose.contains("\(parts[0]): ${\(parts[0]):"), "\(parts[0])")
        }
        for program in ["ln-producer", "contact-worker"] {
            let result = try await Programs.run(program, environment: environment)
            #expect(result.status == 78)
            for name in environment.keys { #expect(!result.output.contains(name), "\(result.output)") }
        }
    }

    /// Every room named is there, and every floor of Sources is named.
    private func houseplan(_ lines: [String]) throws {
        let names = lines.map { String($0.split(separator: " ")[0]) }
        for name in names { #expect(exists(name), "\(name)") }
        let floors = try FileManager.default.contentsOfDirectory(
            atPath: Programs.checkout.appending(path: "Sources").path)
        for floor in floors { #expect(names.contains("Sources/\(floor)"), "Sources/\(floor)") }
    }

    private func floors(_ lines: [String]) throws {
        let floors = try FileManager.default.contentsOfDirectory(
            atPath: Programs.checkout.appending(path: "Sources").path)
        for name in lines.joined(separator: " ").matches(of: /[A-Z]\w+/).map({ String($0.output) }) {
            #expect(exists("Sources/\(name)") || floors.contains { exists("Sources/\($0)/\(name)") }, "\(name)")
        }
    }

    /// What LN sends is what its receiver reads: tests of the endpoint send the same.
    private func hint(_ lines: [String]) throws {
        let source = try text(of: "Sources/LN/LNSource/PushedHint.swift")
        let test = try text(of: "Tests/Programs/ProgramTests/HintEndpointTests.swift")
        for line in lines where line.hasPrefix("POST ") { #expect(test.contains(line.dropFirst("POST ".count))) }
        for line in lines where line.first == "{" {
            let body = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
            for name in (body ?? [:]).keys {
                #expect(source.contains(name) && test.contains("\"\(name)\""), "\(name)")
            }
        }
    }

    /// ln-producer takes it as its mapping file: it goes on to its store, for which there is no folder here.
    private func mapping(_ lines: [String]) async throws {
        let folder = Programs.temporary("mapping")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        let credentials =
            #"{"ti":"T","cn":"n","ci":"T~c","cs":"s","iu":"http://127.0.0.1:1","pu":"http://127.0.0.1:1/","oa":"a","ot":"token.oauth2"}"#
        try credentials.write(toFile: folder + "/ionapi", atomically: true, encoding: .utf8)
        chmod(folder + "/ionapi", 0o600)
        func run(_ mapping: String) async throws -> (status: Int32, output: String) {
            try mapping.write(toFile: folder + "/mapping.json", atomically: true, encoding: .utf8)
            return try await Programs.run(
                "ln-producer",
                environment: [
                    "LNSYNC_STORE": folder + "/missing/store.sqlite", "LNSYNC_KAFKA_BOOTSTRAP": "127.0.0.1:1",
                    "LNSYNC_LN_COMPANY": "1300", "LNSYNC_LN_IONAPI_FILE": folder + "/ionapi",
                    "LNSYNC_LN_MAPPING": folder + "/mapping.json",
                ])
        }
        let text = lines.joined(separator: "\n")
        let taken = try await run(text)
        #expect(
            taken.status == 78 && taken.output.contains("LNSYNC_STORE: ") && !taken.output.contains("mapping file"),
            "\(taken.output)")
        #expect(try await run(text.replacing("\"Contacts\"", with: "\"Contcats\"")).status == 78)
    }

    // MARK: Means

    private func exists(_ path: String) -> Bool {
        FileManager.default.fileExists(atPath: Programs.checkout.appending(path: path).path)
    }

    private func text(of file: String) throws -> String {
        try String(contentsOf: Programs.checkout.appending(path: file), encoding: .utf8)
    }

    private func shell(_ script: String, environment: [String: String] = [:]) async throws -> (
        status: Int32, output: String
    ) {
        let output = Programs.temporary("output")
        defer { try? FileManager.default.removeItem(atPath: output) }
        let status = try await ChildProcess.start(
            "/usr/bin/env", ["-C", Programs.checkout.path, "/bin/sh", "-c", script],
            environment: environment.merging(["PATH": "/usr/local/bin:/usr/bin:/bin"]) { own, _ in own }, output: output
        ).wait()
        return (status, try String(contentsOfFile: output, encoding: .utf8))
    }
}
