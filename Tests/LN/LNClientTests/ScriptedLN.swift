import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Synchronization
import Telemetry

@testable import LNClient

/// A gateway and authorization server that answer what a test wrote down, in its order, and keep what they were asked.
final class ScriptedLN: HTTPTransport {
    typealias Answer = Result<HTTPResponse, HTTPTransportError>

    private struct State {
        var answers: [Answer] = []
        var tokens: [Answer] = []
        var requests: [HTTPRequest] = []
        var tokenRequests: [HTTPRequest] = []
    }

    private let state = Mutex(State())

    /// What was asked of LN, tokens apart.
    var requests: [HTTPRequest] { state.withLock { $0.requests } }
    var tokenRequests: [HTTPRequest] { state.withLock { $0.tokenRequests } }

    /// The queries, decoded.
    var queries: [String] { requests.map { $0.query?.removingPercentEncoding ?? "" } }

    func answer(_ status: Int = 200, headers: HTTPFields = [:], _ body: String) {
        state.withLock {
            $0.answers.append(.success(HTTPResponse(status: status, headerFields: headers, body: Data(body.utf8))))
        }
    }

    func fail(_ error: HTTPTransportError) {
        state.withLock { $0.answers.append(.failure(error)) }
    }

    /// The next answer for a token; without one, `token-1`, `token-2` and so on are given for an hour.
    func answerToken(_ status: Int = 200, _ body: String) {
        state.withLock { $0.tokens.append(.success(HTTPResponse(status: status, body: Data(body.utf8)))) }
    }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        let answer: Answer = state.withLock { state in
            guard request.path.hasSuffix("/as/token.oauth2") else {
                state.requests.append(request)
                return state.answers.isEmpty
                    ? .success(HTTPResponse(status: 200, body: Data(#"{"value":[]}"#.utf8)))
                    : state.answers.removeFirst()
            }
            state.tokenRequests.append(request)
            guard state.tokens.isEmpty else { return state.tokens.removeFirst() }
            let body =
                #"{"access_token":"token-\#(state.tokenRequests.count)","token_type":"Bearer","expires_in":3600}"#
            return .success(HTTPResponse(status: 200, body: Data(body.utf8)))
        }
        return try answer.get()
    }
}

/// A clock that a test moves.
final class ManualTime: TimeSource {
    private let state = Mutex(Duration.zero)

    var now: Date { Date(timeIntervalSince1970: 1_800_000_000 + Double(uptime.components.seconds)) }
    var uptime: Duration { state.withLock { $0 } }

    func advance(by duration: Duration) {
        state.withLock { $0 += duration }
    }

    func sleep(for duration: Duration) async throws(CancellationError) {
        advance(by: duration)
    }
}

let ionapi = """
    {"ti":"ACME_PRD","cn":"lnsync","dt":"12","ci":"ACME_PRD~abc#1","cs":"s3cr&t","iu":"https://gateway.example","pu":"https://sso.example:443/ACME_PRD/as/","oa":"authorization.oauth2","ot":"token.oauth2","or":"revoke_token.oauth2","ev":"U1","v":1,"saak":"ACME_PRD#key","sask":"secret+key"}
    """

func client(
    _ ln: ScriptedLN, time: any TimeSource = ManualTime(), mapping: LNMapping = .standard, file: String = ionapi
) throws -> LNClient {
    let credentials = try IONAPIFile(Data(file.utf8))
    var configuration = LNClient.Configuration(company: Company(1300)) { credentials }
    configuration.mapping = mapping
    return LNClient(configuration, transport: ln, time: time, log: .silent)
}
