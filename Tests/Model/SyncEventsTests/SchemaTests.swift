import Cryptography
import Foundation
import SyncEvents
import SyncModel
import Testing

/// Our types against the schemas: what stands in `schemas/` is what we read and write.
@Suite("Schemas")
struct SchemaTests {
    private struct Example {
        let path: String
        let type: EventType
        let key: String
        let headers: [String: String]
        let value: Any
    }

    private static let root = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../../schemas")
        .standardizedFileURL

    private static func examples(_ folder: String, _ kind: String) throws -> [Example] {
        let events = root.appending(path: folder)
        var examples: [Example] = []
        for case let file as URL in FileManager.default.enumerator(at: events, includingPropertiesForKeys: nil)
            ?? .init()
        where file.pathExtension == "json" && file.path().contains("/examples/\(kind)/") {
            let parts = file.path().dropFirst(events.path().count).split(separator: "/")
            let type = try #require(EventType("\(parts[0]).\(parts[1])"))
            let record = try #require(try JSONSerialization.jsonObject(with: Data(contentsOf: file)) as? [String: Any])
            examples.append(
                Example(
                    path: file.path(), type: type, key: try #require(record["key"] as? String),
                    headers: try #require(record["headers"] as? [String: String]), value: try #require(record["value"]))
            )
        }
        try #require(!examples.isEmpty)
        return examples.sorted { $0.path < $1.path }
    }

    private static func schema(_ folder: String, _ type: EventType) -> String {
        root.appending(path: "\(folder)/\(type.name)/v\(type.majorVersion)/schema.json").path()
    }

    private static let envelopeSchema = root.appending(path: "envelope.schema.json").path()

    /// Decodes with our types and encodes again.
    private static func reencoded(_ example: Example) throws -> (headers: [String: String], value: Any) {
        let envelope = try Envelope { example.headers[$0] }
        #expect(envelope.type == example.type, "\(example.path)")
        let encoded = try encoded(example)
        return (
            Dictionary(envelope.headers.map { ($0.name, $0.value) }) { _, last in last },
            try JSONSerialization.jsonObject(with: encoded)
        )
    }

    private static func encoded(_ example: Example) throws -> Data {
        let data = try JSONSerialization.data(withJSONObject: example.value)
        func again<Value: Codable>(_ type: Value.Type) throws -> Data {
            try EventData.encode(EventData.decode(type, from: data))
        }
        return switch example.type {
        case .contactChanged: try again(ContactChanged.self)
        case .contactRemoved: try again(ContactRemoved.self)
        case .hint: try again(Hint.self)
        case .journalEntry: try again(JournalEvent.self)
        case .activityChanged: try again(ActivityChanged.self)
        case .activityDeleted: try again(ActivityDeleted.self)
        case .eventChanged: try again(EventChanged.self)
        case .eventDeleted: try again(EventDeleted.self)
        case .mailboxHint: try again(MailboxHint.self)
        case .invitationRequest: try again(InvitationRequest.self)
        default: throw CancellationError()
        }
    }

    private static func check(_ cases: [[String: Any]]) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/python3")
        process.arguments = [
            URL(filePath: #filePath).deletingLastPathComponent().appending(path: "check_schemas.py").path()
        ]
        let (input, output) = (Pipe(), Pipe())
        process.standardInput = input
        process.standardOutput = output
        process.standardError = output
        try process.run()
        try input.fileHandleForWriting.write(contentsOf: JSONSerialization.data(withJSONObject: cases))
        try input.fileHandleForWriting.close()
        let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        process.waitUntilExit()
        #expect(process.terminationStatus == 0, "python3-jsonschema says:\n\(text)")
        #expect(text.contains("\(cases.count) documents"))
    }

    @Test(
        "Our types read every valid example, and what they write is valid in the closed form and for every released schema"
    )
    func schemas() throws {
        var cases: [[String: Any]] = []
        func add(_ name: String, _ schema: String, _ document: Any, closed: Bool, valid: Bool) {
            cases.append(["name": name, "schema": schema, "closed": closed, "document": document, "valid": valid])
        }
        for folder in ["events", "released"] {
            for example in try Self.examples(folder, "valid") {
                let ours = try Self.reencoded(example)
                // As it stands, and as we write it: against what is in force, and against what was released.
                add(example.path, Self.schema("events", example.type), example.value, closed: false, valid: true)
                add(
                    "\(example.path) written", Self.schema("events", example.type), ours.value, closed: true,
                    valid: true)
                add(
                    "\(example.path) released", Self.schema("released", example.type), ours.value, closed: false,
                    valid: true)
                add("\(example.path) headers", Self.envelopeSchema, ours.headers, closed: true, valid: true)
                // The same moment, in whichever of RFC 3339's forms: with its zone.
                #expect(ours.headers["ce_time"]?.hasSuffix("Z") == true)
                #expect(ours.headers.filter { $0.key != "ce_time" } == example.headers.filter { $0.key != "ce_time" })
            }
        }
        for example in try Self.examples("events", "invalid") {
            // Either the headers or the value are wrong.
            if Self.isOfHeaders(String(example.path.split(separator: "/").last ?? "")) {
                add(example.path, Self.envelopeSchema, example.headers, closed: true, valid: false)
            } else {
                add(example.path, Self.schema("events", example.type), example.value, closed: true, valid: false)
            }
        }
        try Self.check(cases)
    }

    @Test("Every type of the catalogue has a schema, valid and invalid examples, and a released copy")
    func catalogue() throws {
        let valid = Set(try Self.examples("events", "valid").map(\.type))
        let invalid = Set(try Self.examples("events", "invalid").map(\.type))
        let released = Set(try Self.examples("released", "valid").map(\.type))
        #expect(valid == Set(EventType.all))
        #expect(invalid == Set(EventType.all))
        #expect(released == Set(EventType.all))
    }

    @Test("What was released is frozen")
    func frozen() throws {
        let folder = Self.root.appending(path: "released")
        let sums = try String(contentsOf: folder.appending(path: "SHA256SUMS"), encoding: .utf8)
        var listed = 0
        for line in sums.split(separator: "\n") {
            let parts = line.split(separator: " ", maxSplits: 1)
            let name = parts[1].drop { $0 == " " || $0 == "*" }
            #expect(SHA256.hex(try Data(contentsOf: folder.appending(path: String(name)))) == parts[0], "\(name)")
            listed += 1
        }
        let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: nil)?
            .count { ($0 as? URL)?.pathExtension == "json" }
        #expect(listed == files)
    }

    @Test("What we write of what we read is the same again, member by member")
    func golden() throws {
        for example in try Self.examples("events", "valid") {
            #expect(
                try Self.reencoded(example).value as? NSDictionary == example.value as? NSDictionary, "\(example.path)")
        }
    }

    /// Invalid for a writer alone: a reader ignores what it does not know, and texts are not its business.
    private static let tolerated: Set<String> = [
        "empty-text.json", "lower-case-country.json", "misspelt-member.json", "contacts-without-contacts.json",
        "activities-without-activities.json", "unknown-kind.json", "misspelt-group.json", "misspelt-key.json",
        "unknown-answer.json", "no-items.json", "misspelt-value.json",
    ]

    @Test("An invalid example is refused by our types too, where a type can tell")
    func refused() throws {
        for example in try Self.examples("events", "invalid") {
            let name = String(example.path.split(separator: "/").last ?? "")
            if Self.isOfHeaders(name) {
                // What a number must look like the schema says alone, where it may be absent.
                if name == "no-type.json" {
                    #expect(throws: EnvelopeError.self) { try Envelope { example.headers[$0] } }
                }
            } else if Self.tolerated.contains(name) {
                #expect(throws: Never.self, "\(example.path)") { try Self.encoded(example) }
            } else {
                #expect(throws: EventDataError.self, "\(example.path)") { try Self.encoded(example) }
            }
        }
    }

    private static func isOfHeaders(_ name: String) -> Bool {
        ["no-sequence-digits.json", "no-type.json"].contains(name)
    }

    @Test("A content's hash is the one its example carries, on any machine")
    func contentHash() throws {
        for example in try Self.examples("events", "valid") {
            let data = try JSONSerialization.data(withJSONObject: example.value)
            let hash: ContentHash? =
                switch example.type {
                case .contactChanged:
                    try ContentHash(of: EventData.decode(ContactChanged.self, from: data).content)
                case .activityChanged: try ContentHash(of: EventData.decode(ActivityChanged.self, from: data))
                case .eventChanged: try ContentHash(of: EventData.decode(EventChanged.self, from: data))
                default: nil
                }
            guard let hash else { continue }
            #expect(hash.rawValue == example.headers["ce_contenthash"], "\(example.path)")
        }
    }

    @Test("A sync user's id follows from his LN user code for ever")
    func syncUserID() {
        #expect(SyncUserID(LNUserCode("hsato")).description == "635dead9-7352-5783-a8bb-3672c0cfb3b0")
    }

    @Test("An unknown member and an unknown reason are read over")
    func unknown() throws {
        let data = Data(#"{"company":1,"contact":"C","reason":"merged","more":{"x":1}}"#.utf8)
        #expect(try EventData.decode(ContactRemoved.self, from: data).reason == RemovalReason("merged"))
    }
}
