import Foundation
import HTTPTypes
import Processes
import Testing

@testable import ExchangeSandbox

/// What the stand-in answers, against the JSON Schema of Graph's published metadata, closed. Skipped where the shared contracts or
/// python3's jsonschema are missing.
@Suite("Exchange's stand-in: published schema")
struct AnswerSchemaTests {
    private static let folder = URL(filePath: #filePath).deletingLastPathComponent()

    /// Beside the checkout.
    private static let schema: String? = {
        let name = "shared/contracts/graph/outlook-subset.schema.json"
        return ["../../../..", "../../../../.."].map {
            folder.appending(path: "\($0)/\(name)").standardizedFileURL.path()
        }
        .first(where: FileManager.default.fileExists)
    }()

    /// The validator's status and words about an order; `nil` where python3 can't be started.
    private static func validate(_ order: Data) async throws -> (status: Int32, text: String)? {
        let temporary = FileManager.default.temporaryDirectory.appending(path: "answers-\(UUID().uuidString)")
        let (input, output) = (temporary.appendingPathExtension("json"), temporary.appendingPathExtension("log"))
        defer {
            for file in [input, output] { try? FileManager.default.removeItem(at: file) }
        }
        try order.write(to: input)
        do throws(ProcessError) {
            let child = try await ChildProcess.start(
                "/usr/bin/python3", [folder.appending(path: "check_answers.py").path(), input.path()],
                environment: ["PATH": "/usr/bin:/bin"], output: output.path())
            let status = await child.wait()
            return (status, (try? String(contentsOf: output, encoding: .utf8)) ?? "")
        } catch {
            return nil
        }
    }

    private static let fullContact = """
        {"displayName":"山田 太郎","fileAs":"山田 太郎","givenName":"太郎","middleName":"B.","surname":"山田","nickName":"Taro",
        "initials":"TY","generation":"Jr.","title":"Dr.","jobTitle":"Buyer","department":"Purchasing","companyName":"Hokuto",
        "assistantName":"Bo","manager":"Cy","businessPhones":["+81 1","+81 2"],"mobilePhone":"+81 3","homePhones":["+81 4"],
        "emailAddresses":[{"name":"Taro","address":"taro@hokuto.example"}],"businessHomePage":"https://hokuto.example",
        "imAddresses":["sip:taro@hokuto.example"],"birthday":"1958-10-13T12:00:00Z","personalNotes":"Two\\nlines",
        "businessAddress":{"street":"1-1","city":"Sapporo","state":"Hokkaido","postalCode":"060","countryOrRegion":"Japan"},
        "homeAddress":{"city":"Otaru"},"singleValueExtendedProperties":[{"id":"\(Harness.link)","value":"1300/C1"},
        {"id":"String 0x3A24","value":"+81 5"}]}
        """

    @Test(
        "Every answer about a folder or a contact is valid against Graph's schema",
        .enabled(if: schema != nil, "../shared/contracts/graph is missing"),
        .enabled("python3's jsonschema is missing") {
            try await validate(Data(#"{"schema":"/dev/null","documents":[]}"#.utf8)).map { $0.status != 3 } ?? false
        })
    func answers() async throws {
        let harness = try Harness()
        let folder = try harness.folder()
        let contacts = "contactFolders/\(folder)/contacts"
        let expand = "$expand=singleValueExtendedProperties($filter=id%20eq%20'\(harness.escaped(Harness.link))')"
        var documents = Documents()
        documents.keep("folder", "contactFolder", harness.send(.get, "contactFolders/\(folder)"))
        documents.keep("folders", "contactFolder", harness.send(.get, "contactFolders"))
        let made = harness.send(.post, contacts, Self.fullContact)
        documents.keep("made", "contact", made)
        let id = try #require(made.json["id"]?.text)
        documents.keep("empty", "contact", harness.send(.post, contacts, "{}"))
        documents.keep("contact", "contact", harness.send(.get, "contacts/\(id)?\(expand)"))
        documents.keep("contacts", "contact", harness.send(.get, "\(contacts)?\(expand)&$top=5"))
        documents.keep("selected", "contact", harness.send(.get, "\(contacts)?$select=displayName"))
        documents.keep("delta", "contact", harness.send(.get, "\(contacts)/delta"))
        documents.keep(
            "changed", "contact", harness.send(.patch, "contacts/\(id)", #"{"birthday":null,"homePhones":[]}"#))
        try await check(documents)
        #expect(documents.all.count == 12)
    }

    @Test(
        "Every answer about a calendar or an event is valid against Graph's schema",
        .enabled(if: schema != nil, "../shared/contracts/graph is missing"),
        .enabled("python3's jsonschema is missing") {
            try await validate(Data(#"{"schema":"/dev/null","documents":[]}"#.utf8)).map { $0.status != 3 } ?? false
        })
    func events() async throws {
        let calendar = try CalendarHarness()
        var documents = Documents()
        func keep(_ name: String, _ definition: String, _ answer: CalendarHarness.Answer) {
            documents.keep(name, definition, answer)
        }
        keep("calendar", "calendar", calendar.send(.get, "calendar"))
        keep("calendars", "calendar", calendar.send(.get, "calendars"))
        let attendees = CalendarHarness.attendees(CalendarHarness.dan, "out@else.example")
        let rest = """
            "body":{"contentType":"html","content":"<p>x</p>"},"location":{"displayName":"HQ","address":{"city":"Sapporo"},
            "coordinates":{"latitude":1.5,"longitude":2}},"categories":["LN"],"showAs":"workingElsewhere","transactionId":"t",
            "sensitivity":"confidential","importance":"low","hideAttendees":true,"singleValueExtendedProperties":
            [{"id":"\(CalendarHarness.property)","value":"A1"}]
            """
        let made = calendar.send(.post, "events", CalendarHarness.event("A", "\(attendees),\(rest)"))
        keep("made", "event", made)
        let id = try #require(made.json["id"]?.text)
        let recurrence = #""pattern":{"type":"weekly","interval":1,"daysOfWeek":["tuesday"]}"#
        let range = #""range":{"type":"endDate","startDate":"2026-12-01","endDate":"2026-12-20"}"#
        let series = calendar.send(
            .post, "events", CalendarHarness.event("W", "\"recurrence\":{\(recurrence),\(range)}"))
        keep("series", "event", series)
        let seriesID = try #require(series.json["id"]?.text)
        let window = "startDateTime=2026-12-01T00:00:00Z&endDateTime=2027-01-01T00:00:00Z"
        let instances = calendar.send(.get, "events/\(seriesID)/instances?\(window)")
        keep("instances", "event", instances)
        let days = (instances.json["value"]?.array ?? []).compactMap { $0["id"]?.text }
        keep("exception", "event", calendar.send(.patch, "events/\(days[0])", #"{"subject":"E"}"#))
        let first = calendar.send(.get, "calendarView/delta?\(window)")
        keep("delta", "event", first)
        let copies = calendar.events(in: CalendarHarness.dan)
        let copy = try #require(copies.first?["id"]?.text)
        let proposal = """
            {"sendResponse":true,"proposedNewTime":{"start":{"dateTime":"2026-12-01T11:00:00","timeZone":"UTC"},
            "end":{"dateTime":"2026-12-01T12:00:00","timeZone":"UTC"}}}
            """
        #expect(
            calendar.send(.post, "events/\(copy)/tentativelyAccept", proposal, in: CalendarHarness.dan).status == 202)
        let expand = "$expand=singleValueExtendedProperties"
        keep("answered", "event", calendar.send(.get, "events/\(id)?\(expand)"))
        calendar.send(.delete, "events/\(days[1])")
        keep(
            "cancelled", "event",
            calendar.send(.get, "events/\(seriesID)?$select=cancelledOccurrences&$expand=exceptionOccurrences"))
        keep("list", "event", calendar.send(.get, "events?\(expand)"))
        keep("view", "event", calendar.send(.get, "calendarView?\(window)"))
        keep("copy", "event", calendar.send(.get, "events/\(copy)", in: CalendarHarness.dan))
        calendar.send(.delete, "events/\(id)")
        let link = try #require(first.json["@odata.deltaLink"]?.text).replacing("http://graph.example", with: "")
        keep("removed", "event", calendar.harness.send(.get, link))
        keep("zones", "timeZoneInformation", calendar.send(.get, "outlook/supportedTimeZones"))
        try await check(documents)
        #expect(documents.all.count > 160)
    }

    /// Answers, with the schema's definitions that they are held against.
    private struct Documents {
        var all: [(name: String, definition: String, document: JSON)] = []

        mutating func keep(
            _ name: String, _ definition: String, _ answer: (status: Int, json: JSON, response: HTTPResponse)
        ) {
            #expect(answer.status < 300, "\(name)")
            if let rows = answer.json["value"]?.array {
                #expect(!rows.isEmpty, "\(name)")
                all += rows.map { (name, definition, $0) }
            } else {
                all.append((name, definition, answer.json))
            }
        }
    }

    private func check(_ documents: Documents) async throws {
        let order: JSON = [
            "schema": .text(try #require(Self.schema)),
            "documents": .array(
                documents.all.map {
                    ["name": .text($0.name), "definition": .text($0.definition), "document": $0.document]
                }),
        ]
        let result = try #require(try await Self.validate(order.data))
        #expect(result.status == 0, "\(result.text)")
        #expect(result.text.contains("\(documents.all.count) documents"))
    }
}
