import Foundation
import HTTPTypes
import Synchronization

@testable import LNClient

/// Rows behind ION API, as ln.md's contract shows them: enough OData for the reader's questions.
final class FakeLN: HTTPTransport {
    typealias Row = [String: String]

    struct State {
        var sets: [String: [Row]] = [:]
        /// Set and query of each request, tokens apart.
        var requests: [(set: String, query: [String: String])] = []
        var tokens = 0
        var failures: [HTTPResponse] = []
        /// What the service was modelled without: `Addresses.LastModificationDate`.
        var lacks: Set<String> = []
        var hasMetadata = true
        /// LN answers nothing.
        var isDown = false
        var clock = 1_770_000_000
        /// Called with each request once its answer is known, before it is given.
        var onAnswer: (@Sendable (String, [String: String]) -> Void)?
    }

    let state = Mutex(State())

    init(contacts: Int = 0, users: [String] = ["anna", "bea"]) {
        state.withLock { state in
            state.sets["ComParameters"] = [["SynchronizeContacts": "Yes", "SynchronizeActivities": "No"]]
            state.sets["SyncSettings"] = [
                [
                    "ContactPullInterval": "1", "ContactPullIntervalUnit": "Day", "CalendarPullInterval": "1",
                    "CalendarPullIntervalUnit": "Day", "EnablePushSynchronization": "No",
                ]
            ]
            state.sets["Countries"] = [["Country": "NLD", "ISOCodeAlpha2": "NL"]]
            state.sets["Languages"] = [["Language": "ENG", "ISOCode": "en"]]
            state.sets["SyncUsers"] = users.map {
                ["User": $0, "Name": $0, "Active": "Yes", "Email": "\($0)@acme.example"]
            }
        }
        for number in 0..<contacts { edit(Self.code(number)) { _ in } }
        // The newest, never in scope: what the first watermark's overlap holds is read again, and nothing of it is sent.
        edit("C99999998") { $0["Synchronize"] = "No" }
    }

    static func code(_ number: Int) -> String {
        "C" + String(repeating: "0", count: 8 - "\(number)".count) + "\(number)"
    }

    /// Changes a contact, or makes one in scope, and dates it.
    func edit(_ code: String, _ change: (inout Row) -> Void) {
        edit("Contacts", "Contact", code) { row in
            if row["Synchronize"] == nil {
                row.merge(
                    [
                        "Synchronize": "Yes", "Active": "Yes", "OptedOut": "No", "FullName": "Name of \(code)",
                        "WorkAddress": "A1", "PrivateAddress": "", "BusinessPartner": "",
                    ]) { one, _ in one }
            }
            change(&row)
        }
    }

    func edit(_ set: String, _ key: String, _ code: String, _ change: (inout Row) -> Void) {
        state.withLock { state in
            state.clock += 600
            var rows = state.sets[set] ?? []
            var row = rows.first { $0[key] == code } ?? [key: code]
            change(&row)
            row["LastModificationDate"] = Date(timeIntervalSince1970: Double(state.clock)).formatted(.iso8601)
            rows.removeAll { $0[key] == code }
            rows.append(row)
            state.sets[set] = rows
        }
    }

    func delete(_ code: String) {
        state.withLock { $0.sets["Contacts"]?.removeAll { $0["Contact"] == code } }
    }

    func setUser(_ code: String, active: Bool) {
        edit("SyncUsers", "User", code) { row in
            row["Active"] = active ? "Yes" : "No"
            row["Name"] = row["Name"] ?? code
            row["Email"] = row["Email"] ?? "\(code)@acme.example"
        }
    }

    /// The next request gets this answer.
    func failOnce(_ response: HTTPResponse) {
        state.withLock { $0.failures.append(response) }
    }

    func requests(of set: String) -> Int { state.withLock { $0.requests.count { $0.set == set } } }
    var allRequests: Int { state.withLock { $0.requests.count + $0.tokens } }

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        let set = String(request.path.split(separator: "/").last ?? "")
        var query: [String: String] = [:]
        for part in (request.query ?? "").split(separator: "&") {
            let pieces = part.split(separator: "=", maxSplits: 1)
            query[String(pieces[0])] = pieces.last.flatMap { $0.removingPercentEncoding }
        }
        let isToken = set == "token.oauth2"
        let given = state.withLock { answer(set, query, isToken: isToken, &$0) }
        let hook = state.withLock { isToken ? nil : $0.onAnswer }
        hook?(set, query)
        return given
    }

    private func answer(
        _ set: String, _ query: [String: String], isToken: Bool, _ state: inout State
    ) -> HTTPResponse {
        if state.isDown { return HTTPResponse(status: 503) }
        if isToken {
            state.tokens += 1
            return Self.json(["access_token": "t\(state.tokens)", "expires_in": 3600])
        }
        if set == "$metadata", !state.hasMetadata { return HTTPResponse(status: 406) }
        if set == "$metadata" { return Self.json(Self.metadata(without: state.lacks)) }
        state.requests.append((set, query))
        if let lacking = state.lacks.first(where: { Self.isAsked($0, set, query) }) {
            return HTTPResponse(
                status: 400, body: Data(#"{"error":{"code":"ERROR","message":"no property \#(lacking)"}}"#.utf8))
        }
        if !state.failures.isEmpty { return state.failures.removeFirst() }
        return Self.json(["value": Self.rows(set, query, state)])
    }

    private static func isAsked(_ lacking: String, _ set: String, _ query: [String: String]) -> Bool {
        let parts = lacking.split(separator: ".")
        return parts[0] == set && query.values.contains { $0.contains(parts[1]) }
    }

    /// CSDL JSON of all that the client reads.
    private static func metadata(without lacks: Set<String>) -> [String: Any] {
        let service = "txcom.ExchangeSync"
        var schema: [String: Any] = ["AnswerOnQuestionYn": ["$Kind": "EnumType", "Yes": 1, "No": 2]]
        var container: [String: Any] = ["$Kind": "EntityContainer"]
        for set in LNEntitySet.allCases {
            var type: [String: Any] = ["$Kind": "EntityType"]
            for property in set.properties where !lacks.contains("\(set.rawValue).\(property)") {
                let isYesNo = property == "Synchronize" || property == "Active"
                type[property] = isYesNo ? ["$Type": "\(service).AnswerOnQuestionYn"] : [String: String]()
            }
            for navigation in set.navigations {
                type[navigation] = ["$Kind": "NavigationProperty", "$Type": "\(service).Row"]
            }
            schema["\(set.rawValue)Row"] = type
            container[set.rawValue] = ["$Collection": set.key != nil, "$Type": "\(service).\(set.rawValue)Row"]
        }
        schema["Container"] = container
        return ["$Version": "4.01", "$EntityContainer": "\(service).Container", service: schema]
    }

    private static func json(_ value: [String: Any]) -> HTTPResponse {
        HTTPResponse(status: 200, body: (try? JSONSerialization.data(withJSONObject: value)) ?? Data())
    }

    private static func rows(_ set: String, _ query: [String: String], _ state: State) -> [[String: Any]] {
        var rows = state.sets[set] ?? []
        if let text = query["$filter"] {
            var filter = Filter(text)
            let matches = filter.parse()
            rows = rows.filter(matches)
        }
        if let order = query["$orderby"] {
            let keys = order.split(separator: ",").map { $0.split(separator: " ") }
            rows.sort { one, other in
                for key in keys {
                    let (a, b) = (one[String(key[0])] ?? "", other[String(key[0])] ?? "")
                    if a != b { return key.count > 1 ? a > b : a < b }
                }
                return false
            }
        }
        if let top = query["$top"].flatMap({ Int($0) }) { rows = Array(rows.prefix(top)) }
        return rows.map { row in
            var answer: [String: Any] = row.filter { !state.lacks.contains("\(set).\($0.key)") }
            guard query["$expand"] != nil else { return answer }
            for (property, navigation, target, key) in [
                ("WorkAddress", "WorkAddressRef", "Addresses", "AddressCode"),
                ("PrivateAddress", "PrivateAddressRef", "Addresses", "AddressCode"),
                ("BusinessPartner", "BusinessPartnerRef", "BusinessPartners", "BusinessPartner"),
            ] {
                let found = state.sets[target]?.first { $0[key] == row[property] }
                answer[navigation] = found ?? NSNull()
            }
            return answer
        }
    }

    /// `and` binds closer than `or`; comparisons of texts, times and members of enumerations.
    private struct Filter {
        typealias Matches = @Sendable (Row) -> Bool

        private var tokens: [String] = []
        private var index = 0

        init(_ text: String) {
            var rest = Substring(text)
            while let first = rest.first {
                if first == " " {
                    rest.removeFirst()
                } else if first == "(" || first == ")" {
                    tokens.append(String(rest.removeFirst()))
                } else {
                    var token = ""
                    var isQuoted = false
                    while let next = rest.first, isQuoted || !" ()".contains(next) {
                        if next == "'" { isQuoted.toggle() }
                        token.append(rest.removeFirst())
                    }
                    tokens.append(token)
                }
            }
        }

        mutating func parse() -> Matches {
            var alternatives = [conjunction()]
            while index < tokens.count, tokens[index] == "or" {
                index += 1
                alternatives.append(conjunction())
            }
            return { [alternatives] row in alternatives.contains { $0(row) } }
        }

        private mutating func conjunction() -> Matches {
            var parts = [term()]
            while index < tokens.count, tokens[index] == "and" {
                index += 1
                parts.append(term())
            }
            return { [parts] row in parts.allSatisfy { $0(row) } }
        }

        private mutating func term() -> Matches {
            if tokens[index] == "(" {
                index += 1
                let inner = parse()
                index += 1
                return inner
            }
            let (name, comparison, literal) = (tokens[index], tokens[index + 1], tokens[index + 2])
            index += 3
            var value = literal
            if literal.hasSuffix("'"), let quote = literal.firstIndex(of: "'") {
                value = String(literal[literal.index(after: quote)...].dropLast()).replacing("''", with: "'")
            }
            return { [value] row in
                let held = row[name] ?? ""
                return switch comparison {
                case "eq": held == value
                case "gt": held > value
                default: held >= value
                }
            }
        }
    }
}
