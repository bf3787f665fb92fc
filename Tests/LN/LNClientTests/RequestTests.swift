import Foundation
import HTTPTypes
import SyncModel
import Telemetry
import Testing

@testable import LNClient

@Suite("Requests to LN")
struct RequestTests {
    @Test("A request names service, company, language and identity as LN wants them")
    func headers() async throws {
        let ln = ScriptedLN()
        let credentials = try IONAPIFile(Data(ionapi.utf8))
        var configuration = LNClient.Configuration(company: Company(1300)) { credentials }
        configuration.language = "ja-JP"
        configuration.identity = "lnapi_sync"
        let client = LNClient(configuration, transport: ln, time: ManualTime(), log: .silent)
        _ = try await client.contactKeysInScope(after: ContactCode("C'1"), limit: 2)
        let request = try #require(ln.requests.first)
        #expect(request.path == "/ACME_PRD/LN/lnapi/odata/txcom.ExchangeSync/Contacts")
        #expect(request.headerFields["X-Infor-LnCompany"] == "1300")
        #expect(request.headerFields["Content-Language"] == "ja-JP")
        #expect(request.headerFields["X-Infor-LnIdentity"] == "lnapi_sync")
        #expect(request.headerFields["Prefer"] == "odata.maxpagesize=2")
        #expect(
            ln.queries.first
                == "$filter=Synchronize eq txcom.ExchangeSync.AnswerOnQuestionYn'Yes' and Active eq txcom.ExchangeSync.AnswerOnQuestionYn'Yes' and Contact gt 'C''1'&$select=Contact&$orderby=Contact&$top=2"
        )
        #expect(request.target.contains("%20eq%20"))
        #expect(!request.target.contains("+"))
    }

    @Test("Users and settings are read in company 0")
    func companies() async throws {
        let ln = ScriptedLN()
        _ = try await client(ln).syncUsers()
        #expect(ln.requests.first?.headerFields["X-Infor-LnCompany"] == "0")
    }

    @Test("A value can't leave its quotes, whatever it holds")
    func quoting() {
        let filter = ODataFilter.text("Contact", .equal, "x' or Contact ne '")
        #expect(filter.text == "Contact eq 'x'' or Contact ne '''")
        #expect(PercentEncoding.encode("a&b=c#d %é'", keeping: "'") == "a%26b%3Dc%23d%20%25%C3%A9'")
    }

    @Test("LN's words and their details reach the administrator; an error under a 200 is one too")
    func refusals() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        let body =
            #"{"error":{"code":"ERROR","message":"Failed","details":[{"message":"Switch to company 100 failed"}]}}"#
        for status in [200, 422] {
            ln.answer(status, body)
            let error = await #expect(throws: LNError.self) { try await client.comParameters() }
            #expect(error?.code == .refused)
            #expect(error?.message.contains("Failed – Switch to company 100 failed") == true)
            #expect(error?.message.contains("; asked in company 1300 (LNSYNC_LN_COMPANY): it has to be") == true)
            #expect(error?.isRetriable == false)
        }
    }

    @Test(
        "Statuses are told apart",
        arguments: [
            (403, LNError.Code.forbidden, false), (404, .notFound, false), (429, .throttled, true),
            (500, .unavailable, true), (503, .unavailable, true), (400, .refused, false),
        ])
    func statuses(_ status: Int, _ code: LNError.Code, _ isRetriable: Bool) async throws {
        let ln = ScriptedLN()
        ln.answer(status, headers: ["Retry-After": "7"], "")
        let error = await #expect(throws: LNError.self) { try await client(ln).comParameters() }
        #expect(error?.code == code)
        #expect(error?.isRetriable == isRetriable)
        if isRetriable { #expect(error?.retryAfter == .seconds(7)) }
    }

    @Test("A Retry-After that is a date counts from the answer's own clock")
    func retryAfterDate() async throws {
        let ln = ScriptedLN()
        ln.answer(
            429,
            headers: ["Retry-After": "Wed, 25 Nov 2026 10:00:30 GMT", "Date": "Wed, 25 Nov 2026 10:00:00 GMT"], "")
        let error = await #expect(throws: LNError.self) { try await client(ln).comParameters() }
        #expect(error?.retryAfter == .seconds(30))
    }

    @Test("No connection and no answer in time are said with the host")
    func transport() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.fail(HTTPTransportError(.cannotConnect, "refused"))
        let unreachable = await #expect(throws: LNError.self) { try await client.comParameters() }
        #expect(unreachable?.code == .unreachable)
        #expect(unreachable?.message.contains("gateway.example") == true)
        ln.fail(HTTPTransportError(.timedOut, ""))
        let late = await #expect(throws: LNError.self) { try await client.comParameters() }
        #expect(late?.code == .timedOut)
    }

    @Test("A next link is followed on the same host, and nowhere else")
    func nextLink() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.answer(
            200,
            #"{"value":[{"User":"anna","Name":"A","Active":"Yes","Email":"a@acme.example"}],"@odata.nextLink":"https://gateway.example/ACME_PRD/LN/lnapi/odata/txcom.ExchangeSync/SyncUsers?$skiptoken=1"}"#
        )
        ln.answer(200, #"{"value":[]}"#)
        #expect(try await client.syncUsers().map(\.code.rawValue) == ["anna"])
        #expect(ln.requests.last?.query == "$skiptoken=1")
        ln.answer(
            200,
            #"{"value":[{"User":"anna","Name":"A","Active":"Yes","Email":"a@acme.example"}],"@odata.nextLink":"https://evil.example/x"}"#
        )
        let error = await #expect(throws: LNError.self) { try await client.syncUsers() }
        #expect(error?.code == .invalidAnswer)
        #expect(ln.requests.allSatisfy { $0.authority == "gateway.example" })
    }

    @Test("Pages go on behind the last key until an empty one comes")
    func keyset() async throws {
        let ln = ScriptedLN()
        ln.answer(200, #"{"value":[{"User":"anna","Name":"","Active":"Yes","Email":"a@acme.example"}]}"#)
        ln.answer(200, #"{"value":[{"User":"b'ea","Name":"","Active":"No","Email":""}]}"#)
        let users = try await client(ln).syncUsers()
        #expect(users.map(\.isActive) == [true, false])
        #expect(ln.queries.count == 3)
        #expect(ln.queries.last?.contains("$filter=User gt 'b''ea'") == true)
    }

    @Test("A service that answers with the same page for ever is found out")
    func noProgress() async throws {
        let ln = ScriptedLN()
        for _ in 0..<3 {
            ln.answer(200, #"{"value":[{"User":"anna","Name":"","Active":"Yes","Email":""}]}"#)
        }
        let error = await #expect(throws: LNError.self) { try await client(ln).syncUsers() }
        #expect(error?.code == .invalidAnswer)
    }
}
