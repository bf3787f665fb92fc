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
        var documents: [(name: String, definition: String, document: JSON)] = []
        func keep(_ name: String, _ definition: String, _ answer: (status: Int, json: JSON, response: HTTPResponse)) {
            #expect(answer.status < 300, "\(name)")
            if let rows = answer.json["value"]?.array {
                #expect(!rows.isEmpty, "\(name)")
                documents += rows.map { (name, definition, $0) }
            } else {
                documents.append((name, definition, answer.json))
            }
        }
        keep("folder", "contactFolder", harness.send(.get, "contactFolders/\(folder)"))
        keep("folders", "contactFolder", harness.send(.get, "contactFolders"))
        let made = harness.send(.post, contacts, Self.fullContact)
        keep("made", "contact", made)
        let id = try #require(made.json["id"]?.text)
        keep("empty", "contact", harness.send(.post, contacts, "{}"))
        keep("contact", "contact", harness.send(.get, "contacts/\(id)?\(expand)"))
        keep("contacts", "contact", harness.send(.get, "\(contacts)?\(expand)&$top=5"))
        keep("selected", "contact", harness.send(.get, "\(contacts)?$select=displayName"))
        keep("delta", "contact", harness.send(.get, "\(contacts)/delta"))
        keep("changed", "contact", harness.send(.patch, "contacts/\(id)", #"{"birthday":null,"homePhones":[]}"#))
        let order: JSON = [
            "schema": .text(try #require(Self.schema)),
            "documents": .array(
                documents.map {
                    ["name": .text($0.name), "definition": .text($0.definition), "document": $0.document]
                }),
        ]
        let result = try #require(try await Self.validate(order.data))
        #expect(result.status == 0, "\(result.text)")
        #expect(result.text.contains("\(documents.count) documents"))
        #expect(documents.count == 12)
    }
}
