import ExchangeClient
import Foundation
import HTTPTypes

/// Why there is no token.
enum GraphTokenRefusal {
    private struct Answer: Decodable {
        let error: String?
        let error_description: String?
        let error_codes: [Int]?
    }

    /// - Parameter now: the wall clock, for a Retry-After that is a date.
    static func error(of response: HTTPResponse, now: Date) -> ExchangeError {
        let answer = try? JSONDecoder().decode(Answer.self, from: response.body)
        let codes = answer?.error_codes ?? []
        // Its first line tells the reason; what follows are ids and times.
        let reason = answer?.error_description?.prefix { !$0.isNewline } ?? ""
        let told = "the login server answered \(response.status) \(answer?.error ?? "") \(reason)"
        if response.status == 429 || response.headerFields["Retry-After"] != nil {
            return ExchangeError(.throttled(retryAfter: RetryAfter(response, now: now).duration), told)
        }
        guard (400..<500).contains(response.status), response.status != 408, let error = answer?.error,
            error != "temporarily_unavailable"
        else { return ExchangeError(.transient, told) }
        return ExchangeError(
            .authConfig, "\(told); \(codes.lazy.compactMap(advice).first ?? checkAll)")
    }

    private static let setting = "LNSYNC_GRAPH_CLIENT_SECRET_FILE"
    private static let checkAll =
        "check the app registration, and what LNSYNC_GRAPH_TENANT, LNSYNC_GRAPH_CLIENT_ID and \(setting) say of it"
    private static let goesOn = "it then goes on by itself"

    /// Microsoft Entra, error codes of app-only authentication.
    private static func advice(_ code: Int) -> String? {
        switch code {
        case 7_000_215:
            "the secret is wrong: take the secret's value, not its id, into the file that \(setting) names; \(goesOn)"
        case 7_000_222:
            "the secret has expired: make a new one in the app registration, and write its value into the file that \(setting) "
                + "names; \(goesOn)"
        case 700_016:
            "the app is not registered in this tenant: check LNSYNC_GRAPH_CLIENT_ID and LNSYNC_GRAPH_TENANT"
        case 90002: "there is no such tenant: check LNSYNC_GRAPH_TENANT"
        default: nil
        }
    }
}
