import Foundation
import HTTPTypes
import Testing

@testable import LNClient

@Suite("LN's services against the mapping")
struct ServiceCheckTests {
    /// A service with all that the client reads, less what a test takes away.
    private func metadata(
        without lacks: Set<String> = [], service: String = "txcom.ExchangeSync", yesNo: String = "AnswerOnQuestionYn",
        sets: [LNEntitySet] = LNEntitySet.allCases
    ) throws -> String {
        var schema: [String: Any] = [
            yesNo: [
                "$Kind": "EnumType", "$UnderlyingType": "Edm.Byte", "Yes": 1, "Yes@Core.Description": "Yes", "No": 2,
            ],
            "Dated": [
                "$Kind": "EntityType", "$Abstract": true, "LastModificationDate": ["$Type": "Edm.DateTimeOffset"],
            ],
        ]
        var container: [String: Any] = ["$Kind": "EntityContainer", "@Core.Description": "ours"]
        for set in sets where !lacks.contains(set.rawValue) {
            var type: [String: Any] = ["$Kind": "EntityType", "$Key": [set.key ?? ""]]
            for property in set.properties where !lacks.contains("\(set.rawValue).\(property)") {
                switch property {
                case LNEntitySet.modified: type["$BaseType"] = "self.Dated"
                case "Synchronize", "Active": type[property] = ["$Type": "self.\(yesNo)"]
                default: type[property] = ["$MaxLength": 30]
                }
            }
            for navigation in set.navigations where !lacks.contains("\(set.rawValue).\(navigation)") {
                type[navigation] = ["$Kind": "NavigationProperty", "$Type": "self.Row", "$Nullable": true]
            }
            schema["\(set.rawValue)Type"] = type
            container[set.rawValue] = ["$Collection": set.key != nil, "$Type": "\(service).\(set.rawValue)Type"]
        }
        schema["Container"] = container
        schema["$Alias"] = "self"
        let document: [String: Any] = [
            "$Version": "4.01", "$EntityContainer": "\(service).Container", service: schema,
        ]
        return String(decoding: try JSONSerialization.data(withJSONObject: document), as: UTF8.self)
    }

    private func report(
        without lacks: Set<String> = [], mapping: LNMapping = .standard, yesNo: String = "AnswerOnQuestionYn"
    ) async throws -> LNServiceReport {
        let ln = ScriptedLN()
        ln.answer(200, try metadata(without: lacks, yesNo: yesNo))
        var unchecked: [String] = []
        let report = try await client(ln, mapping: mapping).report(on: LNEntitySet.allCases, unchecked: &unchecked)
        #expect(unchecked.isEmpty)
        #expect(ln.requests.map(\.path) == ["/ACME_PRD/LN/lnapi/odata/txcom.ExchangeSync/$metadata"])
        #expect(ln.requests.first?.headerFields["Accept"] == "application/json")
        return report
    }

    @Test("A service that has everything has no gap; base types and aliases are followed")
    func complete() async throws {
        let report = try await report()
        #expect(report.gaps.isEmpty)
        #expect(report.error == nil)
        #expect(report.mapping == .standard)
    }

    @Test("Each gap is named by LN's names, with what it costs, and is asked for no more")
    func gaps() async throws {
        let report = try await report(
            without: [
                "Addresses.LastModificationDate", "Contacts.Fax", "Contacts.BusinessPartnerRef",
                "Countries.ISOCodeAlpha2",
            ])
        #expect(
            report.gaps.map(\.description) == [
                "txcom.ExchangeSync/Contacts: Fax: contacts go out without it",
                "txcom.ExchangeSync/Contacts: BusinessPartnerRef: business partners are read by requests of their own",
                "txcom.ExchangeSync/Addresses: LastModificationDate: changed rows can't be asked for; at every pull all contacts in scope are read and compared",
                "txcom.ExchangeSync/Countries: ISOCodeAlpha2: addresses go out without their country",
            ])
        #expect(report.error == nil)
        #expect(!report.mapping.hasModificationTime(.addresses) && report.mapping.hasModificationTime(.contacts))
        #expect(report.mapping.name(of: "Fax", in: .contacts) == nil)
    }

    @Test("What nothing works without is one error that names all of it and the document")
    func fatal() async throws {
        let report = try await report(
            without: ["Contacts.Synchronize", "SyncUsers", "SyncSettings.ContactPullInterval", "Contacts.Fax"])
        let error = try #require(report.error)
        #expect(error.code == .configuration)
        #expect(!error.isRetriable)
        for part in [
            "docs/ln-service.md", "txcom.ExchangeSync/Contacts: Synchronize: model it",
            "txcom.ExchangeSync/SyncUsers: there is no such set",
            "txcom.ExchangeSync/SyncSettings: ContactPullInterval",
        ] {
            #expect(error.message.contains(part))
        }
        #expect(!error.message.contains("Fax"))
    }

    @Test("An enumeration of yes and no by another name is named, as the mapping file has to")
    func yesNo() async throws {
        let report = try await report(yesNo: "YesNo")
        #expect(report.error?.message.contains("self.YesNo") == true)
        #expect(report.error?.message.contains("name it as yesNo in the mapping file") == true)
        let mapping = try LNMapping(file: Data(#"{"yesNo":"YesNo"}"#.utf8))
        #expect(try await self.report(mapping: mapping, yesNo: "YesNo").error == nil)
    }

    @Test("A property that the mapping file took away is no gap; a modification time is said all the same")
    func takenAway() async throws {
        let mapping = try LNMapping(
            file: Data(
                #"{"sets":{"Contacts":{"properties":{"Fax":null}},"Addresses":{"properties":{"LastModificationDate":null}}}}"#
                    .utf8))
        let report = try await report(
            without: ["Contacts.Fax", "Addresses.LastModificationDate"], mapping: mapping)
        #expect(report.gaps.map(\.what) == ["txcom.ExchangeSync/Addresses: LastModificationDate"])
    }

    @Test(
        "Metadata that LN does not give as CSDL JSON checks nothing, and says so",
        arguments: [(200, "<edmx:Edmx Version=\"4.0\"/>"), (200, "{}"), (200, "[]"), (404, ""), (406, "")])
    func unchecked(_ status: Int, _ body: String) async throws {
        let ln = ScriptedLN()
        ln.answer(status, body)
        var unchecked: [String] = []
        let report = try await client(ln).report(on: LNEntitySet.allCases, unchecked: &unchecked)
        #expect(report.gaps.isEmpty)
        #expect(unchecked.count == 1)
        #expect(unchecked.first?.contains("txcom.ExchangeSync/$metadata") == true)
    }

    @Test("LN that can't be asked is waited for; garbage in a document is passed over")
    func trouble() async throws {
        let ln = ScriptedLN()
        ln.answer(503, "")
        await #expect(throws: LNError.self) {
            var unchecked: [String] = []
            _ = try await client(ln).report(on: [.contacts], unchecked: &unchecked)
        }
        ln.answer(
            200,
            #"{"$Version":"4.01","x":{"C":{"$Kind":"EntityContainer","Contacts":{"$Type":"x.A"},"n":3,"SyncUsers":{}},"A":{"$Kind":"EntityType","$BaseType":"x.A","Contact":7}}}"#
        )
        var unchecked: [String] = []
        let report = try await client(ln).report(on: [.contacts], unchecked: &unchecked)
        #expect(report.error?.message.contains("txcom.ExchangeSync/Contacts: Contact:") == true)
    }
}
