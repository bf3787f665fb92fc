import Foundation
import Testing

/// Credentials that are wrong, expired, replaced; a company or mapping that does not fit.
@Suite("Credentials and LN's services that do not fit")
struct BadCredentialsTests {
    @Test("Expired credentials of LN are said with what to do; a new .ionapi file mends it without a restart")
    func replacedIONAPI() async throws {
        let pipeline = try await Pipeline()
        let ionapi = try Data(contentsOf: URL(filePath: pipeline.ionapi))
        let expired = String(decoding: ionapi, as: UTF8.self).replacing("sandbox-client", with: "expired")
        try pipeline.writeSecret(Data(expired.utf8), to: pipeline.ionapi)
        chmod(pipeline.ionapi, 0o644)
        try await pipeline.startAll()
        try await eventually("LN's refusal is in the journal, with what to do") {
            try await pipeline.journal().contains {
                $0.contains("refuses the credentials of the .ionapi file") && $0.contains("download the credentials")
            }
        }
        #expect(pipeline.text(of: "ln-producer").contains("chmod 600"), "a file that all can read is warned of")
        #expect(await pipeline.readiness(of: "ln-producer") == "ready", "an outage of LN must not end the process")
        let told = try await pipeline.lnsync("status").output
        #expect(told.contains("to do: LN can't be read: ") && told.contains("download the credentials"), "\(told)")
        let restart = try await pipeline.lnsync("start").output
        #expect(restart.contains("LN can't be read; it is tried again: "), "\(restart)")

        // Half of a file, as a copy under way leaves it, is waited out too.
        try pipeline.writeSecret(ionapi.prefix(40), to: pipeline.ionapi)
        try await eventually("half a file is said") {
            pipeline.text(of: "ln-producer").contains("the .ionapi file is not JSON")
        }
        try pipeline.writeSecret(ionapi, to: pipeline.ionapi)
        try await pipeline.inStep("the first sync, with the new file")
        #expect(try await pipeline.journal().contains { $0.contains("LN is read again") })
        for secret in ["expired+secret", "sandbox-client+secret", "sandbox&service"] {
            #expect(!pipeline.text(of: "ln-producer").contains(secret))
        }
        await pipeline.close()
    }

    // That a new file is in force with the next attempt, which is a minute later, is shown where time is simulated.
    @Test(
        "An expired client secret of Exchange is told where one asks; no mailbox is quarantined for it, and nothing is lost"
    )
    func expiredClientSecret() async throws {
        let pipeline = try await Pipeline()
        try pipeline.writeSecret(Data("expired".utf8), to: pipeline.clientSecret)
        chmod(pipeline.clientSecret, 0o644)
        try await pipeline.startAll()
        let contact = try #require(try await pipeline.contactsInScope().first)
        try await eventually("Exchange's refusal is told") {
            try await pipeline.lnsync("item", "explain", contact).output.contains("secret")
        }
        #expect(pipeline.text(of: "contact-worker").contains("chmod 600"), "a file that all can read is warned of")
        try await eventually("it is ready all the same") { await pipeline.readiness(of: "contact-worker") == "ready" }
        let status = try await pipeline.lnsync("status").output
        #expect(
            status.contains("to do: ") && status.contains("the secret is wrong: take the secret's value"), "\(status)")
        let restart = try await pipeline.lnsync("start").output
        #expect(restart.contains("to do: ") && restart.contains("the secret is wrong"), "\(restart)")
        #expect(try await !pipeline.journal().contains { $0.contains("quarantined") })
        #expect(!pipeline.text(of: "contact-worker").contains("expired"))
        await pipeline.close()
    }

    @Test(
        "A wrong client secret that exchange-producer meets is somebody's to do, and over once it is mended; so is a program that does not run"
    )
    func exchangeProducer() async throws {
        let pipeline = try await Pipeline(users: 2, calendars: true)
        let secret = try Data(contentsOf: URL(filePath: pipeline.clientSecret))
        try pipeline.writeSecret(Data("wrong".utf8), to: pipeline.clientSecret)
        for program in ["ln-producer", "exchange-producer"] { try await pipeline.start(program) }
        try await pipeline.begin()
        func told() async throws -> String { try await pipeline.lnsync("status").output }
        let trouble = "to do: Outlook's calendars can't be read: "
        try await eventually("the secret is told, and the setting that names it") {
            let told = try await told()
            return told.contains(trouble) && told.contains("LNSYNC_GRAPH_CLIENT_SECRET_FILE")
        }
        try await eventually("nobody settles, and that is told") {
            try await told().contains("to do: no calendar-worker runs: ")
        }
        #expect(try await !told().contains("no exchange-producer runs"))
        #expect(pipeline.text(of: "exchange-producer").contains("it is tried again by itself"))
        try pipeline.writeSecret(secret, to: pipeline.clientSecret)
        try await eventually("mended, without a restart") { try await !told().contains(trouble) }
        #expect(await pipeline.end("exchange-producer", by: SIGTERM) == 0)
        #expect(try await told().contains("to do: no exchange-producer runs any more (the last was "))
        await pipeline.close()
    }

    @Test("An .ionapi file that is not there, or is a folder, is named with what to do")
    func unreadable() async throws {
        for (path, advice) in [("/nowhere/ln.ionapi", "a file that can be read"), ("/tmp", "is a folder")] {
            let result = try await ProgramSettings.producer(["LNSYNC_LN_IONAPI_FILE": path])
            #expect(result.status == 78, "\(result.output)")
            #expect(result.output.contains(path) && result.output.contains(advice), "\(result.output)")
        }
    }

    @Test(
        "A mapping file that is not JSON, or names what does not exist, is named, and the exit code is 78",
        arguments: [
            ("{", "not JSON"), (#"{"sets":{"Contcts":{}}}"#, "Contcts"),
            (#"{"sets":{"Contacts":{"properties":{"Emial":"x"}}}}"#, "Emial"),
            (#"{"sets":{"Contacts":{"properties":{"Synchronize":null}}}}"#, "Synchronize"),
            (#"{"sets":{"Contacts":{"company":"x"}}}"#, "sets.Contacts.company"),
        ])
    func mapping(_ content: String, _ told: String) async throws {
        let folder = Programs.temporary("mapping")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try content.write(toFile: folder + "/mapping.json", atomically: true, encoding: .utf8)
        try ProgramSettings.ionapi.write(toFile: folder + "/ln.ionapi", atomically: true, encoding: .utf8)
        let result = try await ProgramSettings.producer([
            "LNSYNC_LN_IONAPI_FILE": folder + "/ln.ionapi", "LNSYNC_LN_MAPPING": folder + "/mapping.json",
        ])
        #expect(result.status == 78, "\(result.output)")
        #expect(result.output.contains(told), "\(result.output)")
        #expect(result.output.contains("mapping file"), "\(result.output)")
    }

    @Test("A wrong company and a mapping that does not match $metadata are told in LN's words, and nothing is written")
    func wrongCompany() async throws {
        let pipeline = try await Pipeline()
        let mapping = pipeline.folder + "/mapping.json"
        try #"{"sets":{"Contacts":{"properties":{"Synchronize":"SyncFlag","Email":"Mail"}}}}"#
            .write(toFile: mapping, atomically: true, encoding: .utf8)
        try await pipeline.start("ln-producer", as: "company", ["LNSYNC_LN_COMPANY": "999"])
        try await pipeline.start("ln-producer", as: "mapping", ["LNSYNC_LN_MAPPING": mapping])
        try await pipeline.begin()
        try await eventually("both are in the journal") {
            let journal = try await pipeline.journal()
            return journal.contains {
                $0.contains("Switch to company 999 failed") && $0.contains("999 (LNSYNC_LN_COMPANY)")
            }
                && journal.contains { $0.contains("SyncFlag") && $0.contains("docs/ln-service.md") }
        }
        #expect(await pipeline.readiness(of: "company") == "ready")
        #expect(try await !pipeline.dump().contains("LnContact"))
        await pipeline.close()
    }
}

/// ln-producer with settings that are whole but for what a test changes.
enum ProgramSettings {
    static let ionapi =
        #"{"ti":"T","ci":"c","cs":"s","iu":"http://127.0.0.1:1","pu":"http://127.0.0.1:1","ot":"token.oauth2"}"#

    static func producer(_ settings: [String: String]) async throws -> (status: Int32, output: String) {
        try await Programs.run(
            "ln-producer",
            environment: [
                "LNSYNC_STORE": Programs.temporary("store"), "LNSYNC_KAFKA_BOOTSTRAP": "127.0.0.1:1",
                "LNSYNC_LN_COMPANY": "1300",
            ].merging(settings) { _, new in new })
    }
}
