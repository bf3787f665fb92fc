import ExchangeClient
import ExchangeGraph
import Foundation
import HTTPTypes
import SyncModel
import Telemetry
import Testing

@Suite("Graph: failures")
struct GraphFailureTests {
    private func failureOf(
        _ answer: ScriptedTransport.Answer, time: StandingTime = StandingTime(), write: Bool = false
    ) async throws -> ExchangeError? {
        let (contacts, _) = try graph(time: time) { _ in answer }
        return await failure {
            if write {
                _ = try await contacts.createContact(
                    ExchangeContact(), propertyValue: "1/A", in: ItemID("F"), of: mailbox)
            } else {
                _ = try await contacts.contact(ItemID("I"), of: mailbox)
            }
        }
    }

    @Test(
        "Graph's statuses and codes are the port's errors",
        arguments: [
            (400, "ErrorInvalidRequest", .invalid), (400, "ErrorPropertyValidationFailure", .invalid),
            (400, "ErrorInvalidIdMalformed", .invalid), (400, "RequestBodyRead", .invalid), (413, "x", .invalid),
            (400, "ErrorQuotaExceeded", .quota), (507, "ErrorQuotaExceeded", .quota), (507, "x", .quota),
            (403, "ErrorAccessDenied", .forbiddenMailbox), (403, "Authorization_RequestDenied", .authConfig),
            (404, "ErrorItemNotFound", .notFound), (404, "MailboxNotEnabledForRESTAPI", .mailboxMissing),
            (404, "MailboxNotSupportedForRESTAPI", .mailboxMissing), (404, "ErrorInvalidUser", .mailboxMissing),
            (404, "ResourceNotFound", .mailboxMissing), (404, "SomethingElse", .transient),
            (412, "ErrorIrresolvableConflict", .conflict), (409, "ErrorIrresolvableConflict", .conflict),
            (412, "PreconditionFailed", .conflict), (409, "ErrorFolderExists", .alreadyExists),
            (423, "x", .transient), (500, "ErrorInternalServerError", .transient), (502, "x", .transient),
            (503, "x", .transient), (504, "x", .transient), (302, "x", .transient),
            (429, "ApplicationThrottled", .throttled(retryAfter: .seconds(10))),
            (503, "ErrorServerBusy", .throttled(retryAfter: .seconds(10))),
        ] as [(Int, String, ExchangeError.Kind)])
    func kinds(status: Int, code: String, kind: ExchangeError.Kind) async throws {
        let error = try await failureOf(.error(status, code))
        #expect(error?.kind == kind)
        #expect(error?.message.contains("\(status) \(code)") == true)
        #expect(error?.isOutcomeUnknown == false)
    }

    @Test("An inner code says more than the outer one")
    func innerCode() async throws {
        let body = #"{"error":{"code":"UnknownError","message":"","innerError":{"code":"ErrorItemNotFound"}}}"#
        #expect(try await failureOf(.json(404, body))?.kind == .notFound)
    }

    @Test("A 404 that is not Graph's own deletes nothing")
    func foreignNotFound() async throws {
        let page = HTTPResponse(status: 404, headerFields: ["Content-Type": "text/html"], body: Data("<html>".utf8))
        #expect(try await failureOf(.success(page))?.kind == .transient)
    }

    @Test(
        "Retry-After is a number of seconds or a date, by the server's own clock",
        arguments: [
            ("17", nil, 17), ("0", nil, 1), ("1.5", nil, 1.5), ("999999999999", nil, 86400), ("soon", nil, 10),
            ("Fri, 20 Nov 2026 10:01:30 GMT", "Fri, 20 Nov 2026 10:00:00 GMT", 90),
            ("Fri, 20 Nov 2026 09:00:00 GMT", "Fri, 20 Nov 2026 10:00:00 GMT", 1),
        ] as [(String, String?, Double)])
    func retryAfter(text: String, date: String?, seconds: Double) async throws {
        var fields: HTTPFields = ["Retry-After": text]
        fields["Date"] = date
        for status in [429, 503, 504] {
            let error = try await failureOf(.error(status, "x", fields))
            #expect(error?.kind == .throttled(retryAfter: .seconds(seconds)), "\(status)")
        }
    }

    @Test("Nothing goes to a mailbox before its Retry-After is over; other mailboxes go on")
    func rest() async throws {
        let time = StandingTime()
        let (contacts, transport) = try graph(time: time) { request in
            request.target.contains("other")
                ? .success(HTTPResponse(status: 204))
                : .error(429, "ApplicationThrottled", ["Retry-After": "30"])
        }
        func delete(_ mailbox: EmailAddress) async -> ExchangeError? {
            await failure { try await contacts.deleteContact(ItemID("I"), of: mailbox) }
        }
        #expect(await delete(mailbox)?.kind == .throttled(retryAfter: .seconds(30)))
        time.advance(by: .seconds(10))
        #expect(await delete(EmailAddress(mailbox.rawValue.uppercased()))?.kind == .throttled(retryAfter: .seconds(20)))
        #expect(await delete(EmailAddress("other@shop.example")) == nil)
        #expect(transport.requests.count == 2)
        time.advance(by: .seconds(20))
        _ = await delete(mailbox)
        #expect(transport.requests.count == 3)
    }

    @Test(
        "A write that may have been done is told as such",
        arguments: [
            (.error(500, "x"), true), (.error(502, "x"), true), (.error(504, "x"), true), (.error(503, "x"), true),
            (.json(201, "{"), true), (.failure(HTTPTransportError(.timedOut, "")), true),
            (.failure(HTTPTransportError(.connectionLost, "")), true),
            (.failure(HTTPTransportError(.cancelled, "")), true),
            (.failure(HTTPTransportError(.cancelled, "", isSurelyUnsent: true)), false),
            (.failure(HTTPTransportError(.cannotConnect, "", isSurelyUnsent: true)), false),
            (.error(429, "ApplicationThrottled"), false), (.error(400, "ErrorInvalidRequest"), false),
            (.error(507, "ErrorQuotaExceeded"), false),
        ] as [(ScriptedTransport.Answer, Bool)])
    func unknownOutcome(answer: ScriptedTransport.Answer, isUnknown: Bool) async throws {
        #expect(try await failureOf(answer, write: true)?.isOutcomeUnknown == isUnknown)
        #expect(try await failureOf(answer)?.isOutcomeUnknown == false)
    }

    @Test("A message never quotes what Graph sent back")
    func redacted() async throws {
        let error = try await failureOf(
            .json(400, #"{"error":{"code":"ErrorInvalidRequest","message":"bad value Mrs Secret"}}"#))
        #expect(error?.message.contains("Secret") == false)
    }
}
