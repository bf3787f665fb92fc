import Foundation
import Testing

@testable import LNClient

@Suite("The .ionapi file")
struct IONAPIFileTests {
    @Test("A downloaded file gives gateway, token endpoint and account, joined by one slash")
    func reads() throws {
        let file = try IONAPIFile(Data(ionapi.utf8))
        #expect(file.tenant == "ACME_PRD")
        #expect(file.gateway == "https://gateway.example")
        #expect(file.tokenURL == "https://sso.example:443/ACME_PRD/as/token.oauth2")
        #expect(file.serviceAccount?.accessKey == "ACME_PRD#key")
    }

    @Test("A file without service account is one for client credentials")
    func clientCredentials() throws {
        let text = ionapi.replacing(#","saak":"ACME_PRD#key","sask":"secret+key""#, with: "")
        #expect(try IONAPIFile(Data(text.utf8)).serviceAccount == nil)
    }

    @Test("A missing field is named, with what to do", arguments: ["ti", "ci", "cs", "iu", "pu", "ot"])
    func missing(_ field: String) {
        let text = ionapi.replacing("\"\(field)\":", with: "\"x\(field)\":")
        let error = #expect(throws: LNError.self) { try IONAPIFile(Data(text.utf8)) }
        #expect(error?.code == .configuration)
        #expect(error?.message.contains("no \(field) (") == true)
        #expect(error?.message.contains("download") == true)
    }

    @Test("One half of a service account is not enough")
    func halfAccount() {
        let text = ionapi.replacing("\"sask\":", with: "\"xsask\":")
        let error = #expect(throws: LNError.self) { try IONAPIFile(Data(text.utf8)) }
        #expect(error?.message.contains("saak but no sask") == true)
    }

    @Test("What is no JSON, or no URL, is said to be none")
    func unusable() {
        #expect(throws: LNError.self) { try IONAPIFile(Data("<html>".utf8)) }
        let text = ionapi.replacing("https://gateway.example", with: "gateway.example")
        let error = #expect(throws: LNError.self) { try IONAPIFile(Data(text.utf8)) }
        #expect(error?.message.contains("iu") == true)
    }
}
