import Foundation
import SyncModel
import Testing

@testable import LNClient

@Suite("docs/ln-service.md")
struct ServiceDocumentTests {
    private let text: String

    init() throws {
        let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().appending(path: "../../..")
        text = try String(contentsOf: root.appending(path: "docs/ln-service.md"), encoding: .utf8)
    }

    @Test("Each set's section has the properties that the client reads, and no others", arguments: LNEntitySet.allCases)
    func sections(_ set: LNEntitySet) throws {
        let section = try #require(text.split(separator: "\n### `\(set.rawValue)`\n").dropFirst().first)
        let lines = section.split(separator: "\n").prefix { !$0.hasPrefix("## ") && !$0.hasPrefix("### ") }
        let named = lines.filter { $0.hasPrefix("| `") }.map { String($0.split(separator: "`")[1]) }
        #expect(Set(named) == Set(set.properties + set.navigations))
        #expect(named.count == Set(named).count)
        for property in set.properties {
            let isNeeded = lines.contains { $0.hasPrefix("| `\(property)`") && $0.hasSuffix("| yes |") }
            #expect(isNeeded == set.requires(property), "\(property)")
        }
    }

    @Test("The example of a mapping file is one, and means what the text says")
    func example() throws {
        let block = try #require(text.split(separator: "```json\n").dropFirst().first?.split(separator: "```").first)
        let mapping = try LNMapping(file: Data(block.utf8))
        #expect(mapping.service(of: .contacts) == "txcom.OutlookSync")
        #expect(mapping.yesNo == "YesNo")
        #expect(mapping.name(of: .contacts) == "CRMContacts")
        #expect(mapping.name(of: "Fax", in: .contacts) == "FaxNumber")
        #expect(mapping.name(of: "ReportsTo", in: .contacts) == nil)
        #expect(mapping.name(of: "Email", in: .contacts) == "Email")
        #expect(!mapping.hasModificationTime(.addresses) && mapping.hasModificationTime(.contacts))
        #expect(mapping.service(of: .businessPartners) == "tcapi.comContact")
        #expect(mapping.company(of: .countries) == Company(1000))
        #expect(mapping.company(of: .syncUsers) == Company(0))
    }
}
