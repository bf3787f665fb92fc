import Foundation
import Testing

@Suite("What the programs say to a wrong call")
struct ProgramCallTests {
    @Test(
        "Missing and misspelt settings are named, all at once, and the exit code is 78",
        arguments: ["contact-worker", "exchange-producer", "ln-producer"])
    func settings(program: String) async throws {
        let result = try await Programs.run(
            program, environment: ["LNSYNC_KAFKA_BOOTSTRP": "x", "LNSYNC_LOG_LEVEL": "loud"])
        #expect(result.status == 78, "\(result.output)")
        #expect(result.output.contains("\(program): LNSYNC_STORE is missing"))
        #expect(
            result.output.contains("LNSYNC_KAFKA_BOOTSTRP is no setting; LNSYNC_KAFKA_BOOTSTRAP was probably meant"))
        #expect(result.output.contains("LNSYNC_LOG_LEVEL is “loud”: expected"))
    }

    @Test(
        "Every program has help and a version",
        arguments: ["contact-worker", "exchange-producer", "ln-producer", "lnsync", "sandbox", "embedded-kafka"])
    func help(program: String) async throws {
        let help = try await Programs.run(program, ["--help"])
        #expect(help.status == 0)
        #expect(help.output.contains(program))
    }

    @Test("A secret among the settings is refused, and not printed")
    func secret() async throws {
        let result = try await Programs.run("contact-worker", environment: ["LNSYNC_GRAPH_CLIENT_SECRET": "hunter2"])
        #expect(result.status == 78)
        #expect(result.output.contains("LNSYNC_GRAPH_CLIENT_SECRET: secrets come from files only"))
        #expect(!result.output.contains("hunter2"))
    }

    @Test("lnsync: a wrong command line is 64, a missing setting 78, each with what was expected")
    func lnsync() async throws {
        let wrong = try await Programs.run("lnsync", ["staus"])
        #expect(wrong.status == 64)
        #expect(wrong.output.contains("“lnsync status” was probably meant"))
        let missing = try await Programs.run("lnsync", ["status"])
        #expect(missing.status == 78)
        #expect(missing.output.contains("lnsync: LNSYNC_STORE is missing"))
    }

    @Test("An .ionapi file that is no JSON, or lacks a field, is named, and the exit code is 78")
    func ionapi() async throws {
        let file = Programs.temporary("ionapi")
        defer { try? FileManager.default.removeItem(atPath: file) }
        for (content, expected) in [("no JSON", "JSON"), (#"{"ti":"T"}"#, "ci")] {
            try content.write(toFile: file, atomically: true, encoding: .utf8)
            let result = try await Programs.run(
                "ln-producer",
                environment: [
                    "LNSYNC_STORE": Programs.temporary("store"), "LNSYNC_KAFKA_BOOTSTRAP": "127.0.0.1:1",
                    "LNSYNC_LN_COMPANY": "1300", "LNSYNC_LN_IONAPI_FILE": file,
                ])
            #expect(result.status == 78, "\(result.output)")
            #expect(result.output.contains(expected), "\(result.output)")
        }
    }
}
