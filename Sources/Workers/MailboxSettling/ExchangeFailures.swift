package import ExchangeClient
package import Settling
import SyncModel

extension SettlingFailure {
    /// What an error of Exchange means for the row that was being settled.
    ///
    /// What the caller knows more of (a missing item, another version) it handles before it comes here.
    /// - Parameters:
    ///   - isWrite: the request was a write under an intent, whose outcome matters.
    ///   - rule: by which a content that Exchange refuses is mapped.
    package init(_ error: ExchangeError, isWrite: Bool = false, rule: String) {
        if isWrite, error.isOutcomeUnknown {
            self = .outcomeUnknown(error.message)
            return
        }
        switch error.kind {
        case .throttled(let retryAfter):
            self = .mailboxRests(retryAfter, error.message)
        case .transient, .notFound, .conflict, .alreadyExists, .syncStateLost:
            self = .later(error.message)
        case .authExpired, .authConfig:
            self = .mailboxRests(.seconds(60), RowStatus.reason(untilMended: error.message))
        case .forbiddenMailbox:
            self = .mailboxUnusable(rule: "USR-3", error.message)
        case .mailboxMissing:
            self = .mailboxUnusable(
                rule: "USR-3",
                "\(error.message): give it a licence, correct the e-mail address in MS Exchange Synchronization Users "
                    + "(ttaad2141m000), or switch Active off there")
        case .quota:
            self = .mailboxRests(.seconds(900), error.message)
        case .inAnotherCalendar:
            self = .refused(rule: "CAL-4", "CAL-4: \(error.message)")
        case .invalid:
            self = .refused(rule: rule, error.message)
        }
    }
}

/// What came of a request to Exchange.
///
/// A closure's typed error is not inferred by the compiler; the port throws nothing but `ExchangeError`.
package func attempt<Value>(_ request: () async throws -> Value) async -> Result<Value, ExchangeError> {
    do {
        return .success(try await request())
    } catch {
        return .failure(
            error as? ExchangeError ?? ExchangeError(.transient, "the request ended: \(error)", isOutcomeUnknown: true))
    }
}
