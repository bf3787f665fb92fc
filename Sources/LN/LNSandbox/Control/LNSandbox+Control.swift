import Foundation
import HTTPTypes
import Synchronization

/// The control channel, `/sandbox/…`, JSON, without a token: LN's users at their screens, and what can go wrong.
///
/// - `GET /sandbox/state`: LN's clock, how many rows each set has, the counters, the faults that wait
/// - `GET /sandbox/counters`, `DELETE /sandbox/counters`
/// - `GET /sandbox/dump`: the whole shop
/// - `GET /sandbox/ionapi`: the credentials file for this sandbox
/// - `GET`, `POST /sandbox/data/{set}`; `GET`, `PATCH`, `DELETE /sandbox/data/{set}/{key}`: rows (see `data`)
/// - `POST /sandbox/faults` `{"kind": "status", "path": "txcom.ExchangeSync/Contacts", "count": 2, "status": 503, "retryAfter": 1}`
///   (kinds: `Fault.Kind`; `delayMilliseconds` with `latency`; `"method": "POST"`: for requests of this method alone, so that
///   `lostAnswer` meets a write); `DELETE /sandbox/faults`
/// - `POST /sandbox/tokens/expire`: no access token handed out so far is good any more
extension LNSandbox {
    func control(_ request: HTTPRequest) -> HTTPResponse {
        do {
            return try controlled(request)
        } catch {
            return error.response
        }
    }

    private func controlled(_ request: HTTPRequest) throws(ODataError) -> HTTPResponse {
        var segments: [String] = []
        for segment in request.path.split(separator: "/").dropFirst() {
            guard let decoded = PercentEncoding.decode(segment) else {
                throw .invalid("The path has a malformed escape")
            }
            segments.append(decoded)
        }
        switch (request.method, segments.first ?? "state", segments.count) {
        case (.get, "state", 0...1): return Self.control(stateText())
        case (.get, "counters", 1):
            var text = JSONText()
            state.withLock { $0.counters }.write(to: &text)
            return Self.control(text)
        case (.delete, "counters", 1):
            state.withLock { $0.counters = RequestCounters() }
            return Self.done
        case (.get, "dump", 1):
            return HTTPResponse(
                status: 200, headerFields: ["Content-Type": "application/json;charset=utf-8"], body: shop.json())
        case (.get, "ionapi", 1):
            let file = installation.ionapi(url: "\(request.scheme)://\(request.authority)")
            return HTTPResponse(
                status: 200, headerFields: ["Content-Type": "application/json;charset=utf-8"], body: file)
        case (.post, "faults", 1):
            let fault = try Self.fault(request.body)
            state.withLock { $0.faults.add(fault) }
            return Self.done
        case (.delete, "faults", 1):
            state.withLock { $0.faults.removeAll() }
            return Self.done
        case (.post, "tokens", 2) where segments[1] == "expire":
            state.withLock { $0.tokens.expireAll() }
            return Self.done
        case (_, "data", 2...4):
            guard let set = LNSet(rawValue: segments[1]) else {
                let sets = LNSet.allCases.map(\.rawValue).joined(separator: ", ")
                throw ODataError(404, "\(segments[1]) is no set of the sandbox: \(sets)")
            }
            return try data(request, set, key: segments.dropFirst(2))
        default:
            throw ODataError(404, "\(request.method) \(request.path) is nothing the sandbox's control channel knows")
        }
    }

    private func stateText() -> JSONText {
        let (shop, counters, faults) = state.withLock { ($0.shop, $0.counters, $0.faults.waiting) }
        var text = JSONText()
        text.object { text in
            text.member("now", LNTime.text(now))
            text.member("company", installation.company)
            text.name("rows")
            text.object { text in
                for set in LNSet.allCases { text.member(set.rawValue, shop.count(set)) }
            }
            text.name("counters")
            counters.write(to: &text)
            text.name("faults")
            text.array { text in
                for fault in faults {
                    text.object { text in
                        text.member("kind", fault.kind.rawValue)
                        text.member("path", fault.prefix)
                        if let method = fault.method { text.member("method", method.rawValue) }
                        text.member("count", fault.count)
                    }
                }
            }
        }
        return text
    }

    // MARK: Faults

    private static func fault(_ body: Data) throws(ODataError) -> Fault {
        let fields = try EntityBody.object(body)
        guard let kind = fields["kind"]?.text.flatMap(Fault.Kind.init(rawValue:)) else {
            throw .invalid("kind is one of \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var fault = Fault(
            kind: kind, prefix: fields["path"]?.text ?? "", count: try whole(fields, "count", 1...1_000_000) ?? 1)
        if let status = try whole(fields, "status", 400...599) { fault.status = status }
        fault.retryAfter = try whole(fields, "retryAfter", 0...86_400)
        fault.method = fields["method"]?.text.map { HTTPMethod(rawValue: $0) }
        fault.delay = .milliseconds(try whole(fields, "delayMilliseconds", 0...3_600_000) ?? 0)
        return fault
    }

    private static func whole(
        _ fields: [String: JSONValue], _ name: String, _ range: ClosedRange<Int>
    ) throws(ODataError) -> Int? {
        guard let field = fields[name] else { return nil }
        guard let number = field.number, range.contains(number) else {
            throw .invalid("\(name) is a whole number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    static var done: HTTPResponse { HTTPResponse(status: 204) }

    static func control(_ text: JSONText, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headerFields: ["Content-Type": "application/json;charset=utf-8"], body: text.data)
    }
}
