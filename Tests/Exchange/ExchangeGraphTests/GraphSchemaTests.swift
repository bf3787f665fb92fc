import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import SyncModel
import Testing

/// What we send, against the JSON Schema of Graph's published metadata, closed. Skipped where the shared contracts or python3's
/// jsonschema are missing.
@Suite("Graph: published schema")
struct GraphSchemaTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()
    private static let schema = schemaPath()
    private static let hasValidator = run(["-c", "import jsonschema"], "")?.status == 0

    /// Beside the checkout.
    private static func schemaPath() -> String? {
        let name = "shared/contracts/graph/outlook-subset.schema.json"
        return ["../../../..", "../../../../.."].map {
            folder.appending(path: "\($0)/\(name)").standardizedFileURL.path()
        }
        .first(where: FileManager.default.fileExists)
    }

    private static func run(_ arguments: [String], _ input: String) -> (status: Int32, text: String)? {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/env")
        process.arguments = ["python3"] + arguments
        let (stdin, stdout) = (Pipe(), Pipe())
        process.standardInput = stdin
        process.standardOutput = stdout
        process.standardError = stdout
        guard (try? process.run()) != nil else { return nil }
        try? stdin.fileHandleForWriting.write(contentsOf: Data(input.utf8))
        try? stdin.fileHandleForWriting.close()
        let text = String(decoding: stdout.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        return (process.terminationStatus, text)
    }

    @Test(
        "Every body we write is valid against Graph's schema",
        .enabled(if: schema != nil, "../shared/contracts/graph is missing"),
        .enabled(if: hasValidator, "python3's jsonschema is missing"))
    func bodies() async throws {
        let answer = #"{"@odata.etag":"e","id":"I","parentFolderId":"F","displayName":"n"}"#
        let (contacts, transport) = try graph { _ in .json(200, answer) }
        _ = try await contacts.createContactFolder("Infor LN", in: mailbox)
        for contact in [fullContact(), ExchangeContact()] {
            _ = try await contacts.createContact(contact, propertyValue: "1/A", in: ItemID("F"), of: mailbox)
            _ = try await contacts.updateContact(ItemID("I"), ifMatch: ETag("e"), contact, of: mailbox)
        }
        try check(
            transport.requests.map { request in
                (request, request.target.hasSuffix("contactFolders") ? "contactFolder" : "contact")
            }, count: 5)
    }

    @Test(
        "Every body of an event is valid against Graph's schema",
        .enabled(if: schema != nil, "../shared/contracts/graph is missing"),
        .enabled(if: hasValidator, "python3's jsonschema is missing"))
    func events() async throws {
        let (calendar, transport) = try graphCalendar { request in
            request.path.hasSuffix("/calendar/events")
                ? .json(200, #"{"value":[\#(graphEvent())]}"#) : .json(200, graphEvent())
        }
        let zone = ZoneName("Europe/Berlin")
        var day = try fullMeeting()
        day.time = .allDay(
            start: try #require(CalendarDate("2026-12-31")), end: try #require(CalendarDate("2027-01-01")))
        var sparse = MeetingContent()
        sparse.time = day.time
        let contents = [try fullMeeting(), day, sparse]
        for content in contents {
            _ = try await calendar.createEvent(
                content, zone: zone, propertyValue: "1300/A", transactionID: "t", in: mailbox)
        }
        let silent = try #require(try await calendar.event(ItemID("I"), of: mailbox).silent)
        var changes: [[FieldGroup: FieldValue]] = contents.flatMap { content in
            FieldGroup.fields.compactMap { group in content[group].map { [group: $0] } }
        }
        changes.append([.reminder: .reminder(.off)])
        changes += ShowAs.allCases.map { [.showAs: .showAs($0)] }
        changes += Sensitivity.allCases.map { [.sensitivity: .sensitivity($0)] }
        for change in changes { _ = try await calendar.updateEvent(silent, change, zone: zone, of: mailbox) }
        _ = try await calendar.setProperty("1300/A", of: silent, of: mailbox)
        _ = try await calendar.setProperty(nil, of: silent, of: mailbox)
        let writes = transport.requests.filter { $0.method != .get }
        try check(writes.map { ($0, "event") }, count: 3 + changes.count + 2)
    }

    private func check(_ requests: [(HTTPRequest, definition: String)], count: Int) throws {
        let documents = try requests.map { request, definition in
            [
                "name": "\(request.method) \(request.target)", "definition": definition,
                "document": try JSONSerialization.jsonObject(with: request.body),
            ] as [String: Any]
        }
        #expect(documents.count == count)
        let order = try JSONSerialization.data(
            withJSONObject: ["schema": try #require(Self.schema), "documents": documents] as [String: Any])
        let result = try #require(
            Self.run([Self.folder.appending(path: "check_bodies.py").path()], String(decoding: order, as: UTF8.self)))
        #expect(result.status == 0, "\(result.text)")
        #expect(result.text.contains("\(count) documents"))
    }
}
