import Foundation
import Testing

@testable import Configuration

@Suite("Forms of a setting")
struct FormsTests {
    private func configuration(_ environment: [String: String]) -> Configuration {
        Configuration(environment: environment)
    }

    @Test(
        "A time is a whole number and a unit",
        arguments: [
            ("500ms", Duration.milliseconds(500)), ("10s", .seconds(10)), ("5m", .seconds(300)), ("2h", .seconds(7200)),
            ("1d", .seconds(86400)),
        ])
    func duration(text: String, expected: Duration) {
        #expect(DurationForm.duration(text) == expected)
        #expect(DurationForm.text(expected) == text)
    }

    @Test(
        "What is no time, or out of range, is said with what was expected",
        arguments: ["10", "s", "1.5s", "-1s", "10 s", "10S", "1m30s", "999999999999999999d", "2h", "١s"])
    func wrongDuration(text: String) throws {
        var configuration = configuration(["LNSYNC_PAUSE": text])
        let value = configuration.duration("pause", "", in: .seconds(1)...(.seconds(3600)), standard: .seconds(90))
        #expect(value == .seconds(90))
        let error = #expect(throws: ConfigurationError.self) { try configuration.finish() }
        #expect(
            error?.problems == [
                "LNSYNC_PAUSE is “\(text)”: expected a time from 1s to 1h, as 500ms, 10s, 5m, 2h or 1d"
            ])
    }

    @Test("A URL is absolute, and loses the slash at its end")
    func url() throws {
        var configuration = configuration(["LNSYNC_URL": "https://graph.example:8443/v1.0//"])
        let url = configuration.url("url", "")
        try configuration.finish()
        #expect(url?.absoluteString == "https://graph.example:8443/v1.0")
    }

    @Test(
        "What is no URL of a server is refused",
        arguments: [
            "graph.example", "ftp://graph.example", "https://", "https://a@b.example", "https://b.example/?q=1",
            "https://b.example/#f", "not a url",
        ])
    func wrongURL(text: String) throws {
        var configuration = configuration(["LNSYNC_URL": text])
        _ = configuration.url("url", "")
        let error = #expect(throws: ConfigurationError.self) { try configuration.finish() }
        #expect(error?.problems == ["LNSYNC_URL is “\(text)”: expected a URL that begins with https:// or http://"])
    }

    @Test("A list has commas in the environment and is an array in the file")
    func list() throws {
        let path = FileManager.default.temporaryDirectory.appendingPathComponent("configuration-\(UUID()).json").path
        defer { try? FileManager.default.removeItem(atPath: path) }
        try #"{"kinds": ["contact", "activity"], "slots": [1]}"#.write(toFile: path, atomically: true, encoding: .utf8)
        var fromFile = configuration(["LNSYNC_CONFIG": path])
        let inFile = fromFile.list("kinds", "")
        #expect(inFile == ["contact", "activity"])
        _ = fromFile.integer("slots", "", in: 1...4, standard: 1)
        let error = #expect(throws: ConfigurationError.self) { try fromFile.finish() }
        #expect(error?.problems == ["slots in the configuration file: expected a whole number from 1 to 4"])
        var fromEnvironment = configuration(["LNSYNC_CONFIG": path, "LNSYNC_KINDS": " contact , ,activity,"])
        let inEnvironment = fromEnvironment.list("kinds", "")
        #expect(inEnvironment == ["contact", "activity"])
        var none = configuration([:])
        let standard = none.list("kinds", "", standard: ["contact"])
        #expect(standard == ["contact"])
    }

    @Test("A file that is named must be readable")
    func file() throws {
        var configuration = configuration(["LNSYNC_CA": "/no/such/file.pem"])
        let path = configuration.readableFile("ca", "")
        #expect(path == nil)
        let error = #expect(throws: ConfigurationError.self) { try configuration.finish() }
        #expect(error?.problems == ["LNSYNC_CA is “/no/such/file.pem”: expected the path of a file that can be read"])
    }

    @Test("The help names every setting with its meaning and its standard, and no value")
    func help() {
        var configuration = configuration(["LNSYNC_TOKEN_FILE": "/dev/null", "LNSYNC_PAUSE": "7s"])
        _ = configuration.duration("pause", "between two looks", in: .zero ... .seconds(60), standard: .seconds(10))
        _ = configuration.secret("token", "the file with the token")
        #expect(
            configuration.help == """
                  LNSYNC_PAUSE       between two looks (10s)
                  LNSYNC_TOKEN_FILE  the file with the token

                """)
    }
}
