import LNClient
import Settling
import SyncModel

extension SettlingFailure {
    /// What an error of LN's means for the row that was being settled.
    /// - Parameters:
    ///   - isWrite: the request was a write under an intent, whose outcome matters.
    ///   - rule: by which what LN refuses was asked of it.
    init(_ error: LNError, isWrite: Bool = false, rule: String) {
        if isWrite, error.isOutcomeUnknown {
            self = .outcomeUnknown(error.description)
            return
        }
        switch error.code {
        case .refused: self = .refused(rule: rule, error.description)
        case .credentials, .forbidden, .configuration, .invalidAnswer, .notFound:
            self = .mailboxRests(.seconds(60), RowStatus.reason(untilMended: error.description))
        default:
            self = error.retryAfter.map { .mailboxRests($0, error.description) } ?? .later(error.description)
        }
    }
}
