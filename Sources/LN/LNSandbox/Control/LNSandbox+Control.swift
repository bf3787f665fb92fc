import Foundation
import HTTPTypes
import Synchronization

/// The control channel, `/sandbox/…`, JSON, without a token: LN's users at their screens, and what can go wrong.
///
/// - `GET /sandbox/state`: LN's clock, how many rows each set has, the counters, the faults that wait
/// - `GET /sandbox/counters`, `DELETE /sandbox/counters`
/// - `GET /sandbox/dump`: the whole shop
/// - `GET /sandbox/ionapi`: the credentials file for this sandbox
/// - `GET`, `POST /sandbox/data/{set}`; `GET`, `PATCH`, `DELETE /sandbox/data/{set}/{key}`: rows, their fields as OData names them;
///   settings have no key. With `?secondsAgo=N` an edit's modification time is older, as that of a transaction that took long
/// - `POST /sandbox/faults` `{"kind": "status", "path": "txcom.ExchangeSync/Contacts", "count": 2, "status": 503, "retryAfter": 1}`
///   (kinds: `Fault.Kind`; `delayMilliseconds` with `latency`); `DELETE /sandbox/faults`
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
        case (_, "data", 2...3):
            guard let set = LNSet(rawValue: segments[1]) else {
                let sets = LNSet.allCases.map(\.rawValue).joined(separator: ", ")
                throw ODataError(404, "\(segments[1]) is no set of the sandbox: \(sets)")
            }
            return try data(request, set, key: segments.count == 3 ? segments[2] : nil)
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
                        text.member("count", fault.count)
                    }
                }
            }
        }
        return text
    }

    // MARK: Rows

    private func data(_ request: HTTPRequest, _ set: LNSet, key: String?) throws(ODataError) -> HTTPResponse {
        let type = EntityType.of(set)
        let key = type.key == nil ? "" : key
        let moment = now - (try Self.secondsAgo(request))
        switch (request.method, key) {
        case (.get, nil):
            var text = JSONText()
            text.array { text in
                for row in shop[set].rows { LNShop.write(row, of: type, to: &text) }
            }
            return Self.control(text)
        case (.get, let key?): return try Self.row(key, of: type, in: shop)
        case (.post, nil):
            let values = try Self.values(request.body, of: type)
            return try edit { shop throws(LNRuleError) in
                try shop.insert(values, into: set, at: moment)
            } answer: {
                key, shop throws(ODataError) in
                try Self.row(key, of: type, in: shop, status: 201)
            }
        case (.patch, let key?):
            let values = try Self.values(request.body, of: type)
            guard shop[set][key] != nil else { throw ODataError(404, "\(type.name) \(key) does not exist") }
            return try edit { shop throws(LNRuleError) in
                try shop.update(values, of: key, in: set, at: moment)
            } answer: { _, shop throws(ODataError) in
                try Self.row(key, of: type, in: shop)
            }
        case (.delete, let key?):
            guard shop[set][key] != nil else { throw ODataError(404, "\(type.name) \(key) does not exist") }
            return try edit { shop throws(LNRuleError) in
                try shop.remove(key, from: set)
            } answer: { _, _ in
                Self.done
            }
        default: throw ODataError(405, "\(request.method) is not possible on \(request.path)")
        }
    }

    private func edit<Value>(
        _ body: (inout LNShop) throws(LNRuleError) -> Value,
        answer: (Value, LNShop) throws(ODataError) -> HTTPResponse
    ) throws(ODataError) -> HTTPResponse {
        let (value, shop) = try change { shop throws(ODataError) in
            do throws(LNRuleError) {
                return (try body(&shop), shop)
            } catch {
                throw .rule(error)
            }
        }
        return try answer(value, shop)
    }

    private static func row(
        _ key: String, of type: EntityType, in shop: LNShop, status: Int = 200
    ) throws(ODataError) -> HTTPResponse {
        guard let row = shop[type.set][key] else { throw ODataError(404, "\(type.name) \(key) does not exist") }
        var text = JSONText()
        LNShop.write(row, of: type, to: &text)
        return control(text, status: status)
    }

    private static func values(_ body: Data, of type: EntityType) throws(ODataError) -> [String: LNValue] {
        var values: [String: LNValue] = [:]
        for (name, json) in try object(body).sorted(by: { $0.key < $1.key }) {
            guard let position = type.position(of: name) else { throw .invalid("\(type.name) has no field \(name)") }
            guard let value = type.properties[position].value(json) else {
                throw .invalid("\(name) has a value of another type")
            }
            values[name] = value
        }
        return values
    }

    private static func secondsAgo(_ request: HTTPRequest) throws(ODataError) -> Int {
        guard let query = request.query, let text = PercentEncoding.form(query)?["secondsAgo"] else { return 0 }
        guard let seconds = Int(text), (0...86_400).contains(seconds) else {
            throw .invalid("secondsAgo is a whole number from 0 to 86400")
        }
        return seconds
    }

    // MARK: Faults

    private static func fault(_ body: Data) throws(ODataError) -> Fault {
        let fields = try object(body)
        guard let kind = fields["kind"]?.text.flatMap(Fault.Kind.init(rawValue:)) else {
            throw .invalid("kind is one of \(Fault.Kind.allCases.map(\.rawValue).joined(separator: ", "))")
        }
        var fault = Fault(
            kind: kind, prefix: fields["path"]?.text ?? "", count: try whole(fields, "count", 1...1_000_000) ?? 1)
        if let status = try whole(fields, "status", 400...599) { fault.status = status }
        fault.retryAfter = try whole(fields, "retryAfter", 0...86_400)
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

    private static var done: HTTPResponse { HTTPResponse(status: 204) }

    private static func control(_ text: JSONText, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status, headerFields: ["Content-Type": "application/json;charset=utf-8"], body: text.data)
    }
}
