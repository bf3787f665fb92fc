import ExchangeClient
import Foundation
import HTTPTypes

/// What an answer of Graph's other than success means. Codes count, then the status; messages never do.
struct GraphFailure {
    private struct Body: Decodable {
        struct Failure: Decodable {
            let code: String?
            let message: String?
            let innerError: Inner?
            let innererror: Inner?
            let existingEvent: String?

            enum CodingKeys: String, CodingKey {
                case code, message, innerError, innererror
                case existingEvent = "@event.existingEventId"
            }
        }

        final class Inner: Decodable {
            let code: String?
            let innerError: Inner?
            let innererror: Inner?
            let requestID: String?

            enum CodingKeys: String, CodingKey {
                case code, innerError, innererror
                case requestID = "request-id"
            }
        }

        let error: Failure
    }

    private let response: HTTPResponse
    private let isWrite: Bool
    private let permission: String
    private let now: Date
    private let failure: Body.Failure?

    /// - Parameter permission: the app's that the request needs.
    init(_ response: HTTPResponse, isWrite: Bool, _ permission: String, now: Date) {
        self.response = response
        self.isWrite = isWrite
        self.permission = permission
        self.now = now
        failure = (try? JSONDecoder().decode(Body.self, from: response.body))?.error
    }

    var error: ExchangeError {
        let kind = kind
        // A server's fault may have come after the write.
        let isOutcomeUnknown = isWrite && kind != .quota && (response.status >= 500 || response.status == 408)
        return ExchangeError(
            kind, message(kind), isOutcomeUnknown: isOutcomeUnknown, existing: failure?.existingEvent)
    }

    private var kind: ExchangeError.Kind {
        for code in codes {
            if let kind = kind(ofCode: code) { return kind }
        }
        let hasRetryAfter = response.headerFields["Retry-After"] != nil
        return switch response.status {
        case 429, 509: throttled
        case 503 where hasRetryAfter, 504 where hasRetryAfter: throttled
        case 401: .authExpired
        case 403: .forbiddenMailbox
        case 410: .notFound
        case 409, 412: .conflict
        case 507: .quota
        // A 404 that does not name the item is a proxy's or a wrong address's: nothing is deleted on its word.
        case 404, 408, 423, 425: .transient
        case 400..<500: .invalid
        default: .transient
        }
    }

    private func kind(ofCode code: String) -> ExchangeError.Kind? {
        switch code {
        case "applicationthrottled", "toomanyrequests", "errorserverbusy", "errorexceededconnectioncount":
            throttled
        // The last of them is what a second DELETE by an immutable id has been seen to come to.
        case "erroritemnotfound", "errorfoldernotfound", "itemnotfound", "errorcannotdeleteobject":
            .notFound
        case "mailboxnotenabledforrestapi", "mailboxnotsupportedforrestapi", "errorinvaliduser", "resourcenotfound",
            "request_resourcenotfound", "errornonexistentmailbox", "extensionerror":
            .mailboxMissing
        case "erroraccessdenied":
            .forbiddenMailbox
        case "authorization_requestdenied":
            .authConfig
        case "errorirresolvableconflict", "errorchangekeyrequired":
            .conflict
        case "errorfolderexists", "namealreadyexists", "errorduplicatetransactionid":
            .alreadyExists
        case "syncstatenotfound", "syncstateinvalid", "resyncrequired", "fullsyncrequired", "errorinvalidsyncstatedata":
            .syncStateLost
        case "errorquotaexceeded", "errorexceededmessagelimit":
            .quota
        default:
            nil
        }
    }

    private var throttled: ExchangeError.Kind {
        .throttled(retryAfter: RetryAfter(response, now: now).duration)
    }

    /// The inner ones say more: they come first.
    private var codes: [String] {
        var codes = [failure?.code]
        var inner = failure?.innerError ?? failure?.innererror
        while let error = inner {
            codes.append(error.code)
            inner = error.innerError ?? error.innererror
        }
        return codes.reversed().compactMap { $0?.lowercased() }
    }

    /// The property that Graph complains of; nothing else of its message, which may quote what was written.
    private var field: Substring? {
        (failure?.message ?? "").firstMatch(of: /(?:Event\.|[Pp]roperty ')([A-Za-z]{1,40})/)?.1
    }

    private func message(_ kind: ExchangeError.Kind) -> String {
        let requestID =
            response.headerFields["request-id"] ?? (failure?.innerError ?? failure?.innererror)?.requestID
        let told = "Graph answered \(response.status) \(failure?.code ?? "without a code")"
        return told + (requestID.map { " (request \($0))" } ?? "") + advice(kind)
    }

    private func advice(_ kind: ExchangeError.Kind) -> String {
        switch kind {
        case .forbiddenMailbox: "; the mailbox is outside what the app may see: check its scope (RBAC for Applications)"
        case .mailboxMissing: "; there is no such mailbox, or it has no licence or is on premises"
        case .authConfig: "; the app lacks the permission \(permission)"
        case .authExpired:
            "; a fresh token was refused as well: look in Microsoft Entra whether a Conditional Access policy, or what protects the "
                + "mailbox, keeps the app registration out"
        case .quota: "; the mailbox is full"
        case .invalid: field.map { "; what it refuses is “\($0)”: correct that field where it was entered" } ?? ""
        default: ""
        }
    }
}
