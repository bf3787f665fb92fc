import Foundation
import HTTPTypes
import SyncModel
import Synchronization
import Telemetry
import Testing

@testable import LNClient

@Suite("Tokens")
struct TokenTests {
    @Test("The password grant sends the account, escaped, and the token goes with each request")
    func passwordGrant() async throws {
        let ln = ScriptedLN()
        _ = try await client(ln).syncUsers()
        let request = try #require(ln.tokenRequests.first)
        #expect(request.url == "https://sso.example:443/ACME_PRD/as/token.oauth2")
        #expect(
            String(decoding: request.body, as: UTF8.self)
                == "grant_type=password&username=ACME_PRD%23key&password=secret%2Bkey&client_id=ACME_PRD~abc%231&client_secret=s3cr%26t"
        )
        #expect(ln.requests.first?.headerFields["Authorization"] == "Bearer token-1")
    }

    @Test("Without a service account the client's own credentials are sent")
    func clientCredentials() async throws {
        let ln = ScriptedLN()
        let file = ionapi.replacing(#","saak":"ACME_PRD#key","sask":"secret+key""#, with: "")
        _ = try await client(ln, file: file).syncUsers()
        let body = String(decoding: ln.tokenRequests.first?.body ?? Data(), as: UTF8.self)
        #expect(body.hasPrefix("grant_type=client_credentials&client_id="))
    }

    @Test("A token is kept, and renewed two minutes before its end")
    func renewal() async throws {
        let ln = ScriptedLN()
        let time = ManualTime()
        let client = try client(ln, time: time)
        _ = try await client.syncUsers()
        time.advance(by: .seconds(3600 - 121))
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.count == 1)
        time.advance(by: .seconds(2))
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.count == 2)
        #expect(ln.requests.last?.headerFields["Authorization"] == "Bearer token-2")
    }

    @Test("Callers at the same time share one token request")
    func singleFlight() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<20 { group.addTask { _ = try await client.syncUsers() } }
            try await group.waitForAll()
        }
        #expect(ln.tokenRequests.count == 1)
    }

    @Test("A refused token is replaced once; a second refusal is told to a person")
    func reauthentication() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.answer(401, #"{"error":{"code":"401","message":"invalid token"}}"#)
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.count == 2)
        ln.answer(401, "")
        ln.answer(401, #"{"error":{"message":"not for you"}}"#)
        let error = await #expect(throws: LNError.self) { try await client.syncUsers() }
        #expect(error?.code == .credentials)
        #expect(error?.isRetriable == false)
        #expect(error?.message.contains("not for you") == true)
        #expect(ln.tokenRequests.count == 3)
    }

    @Test("Where LN can't be reached the credentials, which say where it is, are read again with the next request")
    func unreachable() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        _ = try await client.syncUsers()
        ln.fail(HTTPTransportError(.cannotConnect, "no route"))
        let error = await #expect(throws: LNError.self) { try await client.syncUsers() }
        #expect(error?.code == .unreachable)
        #expect(ln.tokenRequests.count == 1)
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.count == 2)
    }

    @Test("LN's U14 answer is asked again with the same token")
    func unknownConsumerKey() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.answer(401, "OAuth [U14]: unknown oauth_consumer_key")
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.count == 1)
        #expect(ln.requests.count == 2)
        ln.answer(401, "OAuth [U14]: unknown oauth_consumer_key")
        ln.answer(401, "OAuth [U14]: unknown oauth_consumer_key")
        let error = await #expect(throws: LNError.self) { try await client.syncUsers() }
        #expect(error?.code == .unavailable)
        #expect(ln.tokenRequests.count == 1)
    }

    @Test("Refused credentials say what to look at; a busy authorization server is asked again later")
    func refusals() async throws {
        let ln = ScriptedLN()
        let client = try client(ln)
        ln.answerToken(400, #"{"error":"invalid_grant","error_description":"no such account"}"#)
        let refused = await #expect(throws: LNError.self) { try await client.syncUsers() }
        #expect(refused?.code == .credentials)
        #expect(refused?.message.contains("invalid_grant: no such account") == true)
        #expect(refused?.message.contains("s3cr") == false)
        ln.answerToken(503, "")
        let busy = await #expect(throws: LNError.self) { try await client.syncUsers() }
        #expect(busy?.isRetriable == true)
        _ = try await client.syncUsers()
    }

    @Test("A token that can't be renewed serves until its end, and the authorization server is left alone meanwhile")
    func renewalFails() async throws {
        let ln = ScriptedLN()
        let time = ManualTime()
        let client = try client(ln, time: time)
        _ = try await client.syncUsers()
        time.advance(by: .seconds(3600 - 100))
        ln.answerToken(503, "")
        _ = try await client.syncUsers()
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.count == 2)
        #expect(ln.requests.last?.headerFields["Authorization"] == "Bearer token-1")
        time.advance(by: .seconds(101))
        ln.answerToken(503, "")
        let error = await #expect(throws: LNError.self) { try await client.syncUsers() }
        #expect(error?.code == .unavailable)
    }

    @Test("A replaced .ionapi file is in force with the next token, gateway and tenant with it")
    func replacedFile() async throws {
        let ln = ScriptedLN()
        let file = Mutex(ionapi)
        let configuration = LNClient.Configuration(company: Company(1300)) { () throws(LNError) in
            try IONAPIFile(Data(file.withLock { $0 }.utf8))
        }
        let client = LNClient(configuration, transport: ln, time: ManualTime(), log: .silent)
        _ = try await client.syncUsers()
        file.withLock {
            $0 = ionapi.replacing("s3cr&t", with: "another").replacing("gateway.example", with: "new.example")
        }
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.count == 1, "a good token is kept")
        #expect(ln.requests.last?.authority == "gateway.example")
        ln.answer(401, "")
        _ = try await client.syncUsers()
        #expect(ln.tokenRequests.last.map { String(decoding: $0.body, as: UTF8.self) }?.hasSuffix("another") == true)
        #expect(ln.requests.last?.authority == "new.example")
    }
}
