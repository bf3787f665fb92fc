import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Telemetry

/// Requests to entity sets through ION API, whatever they hold: addresses, headers, tokens, LN's ways of saying no.
struct OData: Sendable {
    var fit: ServiceFit
    let company: Company
    let language: String
    let identity: String?
    let makerIdentity: String?
    let transport: any HTTPTransport
    let tokens: AccessTokens
    let timeout: Duration
    let time: any TimeSource
    let log: Logger

    var mapping: LNMapping { fit.mapping }

    /// What is asked of a set.
    struct Query: Sendable {
        var filter: ODataFilter?
        /// Our names; `nil`: all that the client reads.
        var properties: [String]?
        var isExpanded = false
        /// Our names, with `desc` behind them where wanted.
        var order: [String] = []
        var limit: Int?
    }

    struct Answer: Sendable {
        var rows: [ODataRow]
        /// Where LN says it goes on.
        var next: String?
    }

    func read(_ set: LNEntitySet, _ query: Query) async throws(LNError) -> Answer {
        var options: [(String, String)] = []
        if let filter = query.filter { options.append(("$filter", filter.text)) }
        let properties = (query.properties ?? set.properties).compactMap { mapping.name(of: $0, in: set) }
        options.append(("$select", properties.joined(separator: ",")))
        let navigations = query.isExpanded ? set.navigations.compactMap { mapping.name(of: $0, in: set) } : []
        if !navigations.isEmpty { options.append(("$expand", navigations.joined(separator: ","))) }
        if !query.order.isEmpty { options.append(("$orderby", query.order.joined(separator: ","))) }
        if let limit = query.limit { options.append(("$top", String(limit))) }
        let text = options.map { "\($0)=\(PercentEncoding.encode($1, keeping: "'(),:$*"))" }.joined(separator: "&")
        return try await get(set, pageSize: query.limit) { "\(root(of: set, $0))?\(text)" }
    }

    /// The page that LN names as the next one.
    ///
    /// A link that leads to another host or service is refused: our token goes nowhere else.
    func follow(_ link: String, of set: LNEntitySet) async throws(LNError) -> Answer {
        try await get(set, pageSize: nil) { file throws(LNError) in try url(of: link, from: root(of: set, file)) }
    }

    private func url(of link: String, from base: String) throws(LNError) -> String {
        let url: String
        if link.contains("://") {
            url = link
        } else if link.hasPrefix("/") {
            url = (HTTPRequest(method: .get, url: base).map { "\($0.scheme)://\($0.authority)" } ?? "") + link
        } else {
            url = base[..<(base.lastIndex(of: "/") ?? base.endIndex)] + "/" + link
        }
        guard let wanted = HTTPRequest(method: .get, url: url), let known = HTTPRequest(method: .get, url: base),
            wanted.scheme == known.scheme, wanted.authority.lowercased() == known.authority.lowercased(),
            !wanted.path.contains("/../")
        else {
            throw LNError(
                .invalidAnswer,
                "LN's @odata.nextLink leads to another host than iu of the .ionapi file: it is not followed")
        }
        return url
    }

    /// What the service of this set says of itself (OData CSDL JSON 4.01, as LN answers).
    func metadata(of set: LNEntitySet) async throws(LNError) -> ServiceMetadata {
        let response = try await respond(set, url: { "\(serviceRoot(of: set, $0))/$metadata" })
        let place = "\(mapping.service(of: set))/$metadata"
        guard response.status == 200 else { throw refusal(response, place, set) }
        guard let values = try? JSONDecoder().decode(ODataValue.self, from: response.body),
            let metadata = ServiceMetadata(values)
        else { throw LNError(.invalidAnswer, "\(place) is no CSDL JSON with an entity container") }
        return metadata
    }

    private func root(of set: LNEntitySet, _ file: IONAPIFile) -> String {
        "\(serviceRoot(of: set, file))/\(mapping.name(of: set))"
    }

    private func serviceRoot(of set: LNEntitySet, _ file: IONAPIFile) -> String {
        "\(file.gateway)/\(file.tenant)/LN/lnapi/odata/\(mapping.service(of: set))"
    }

    // MARK: Writes

    /// What is written.
    struct Write: Sendable {
        var method: HTTPMethod
        /// Of the row, as a path has it: `('ACT000451')`; empty: a new row of the set.
        var key = ""
        /// LN's names; JSON values.
        var fields: [String: JSONValue] = [:]
        /// If-Match.
        var etag: ETag?
        /// In place of the client's own.
        var identity: String?
    }

    /// Writes a row.
    ///
    /// LN's answer tells the outcome, but for an answer that is lost or a gateway's: then the error says that it is unknown.
    /// - Returns: the new row of a POST; `nil` where the answer shows none.
    @discardableResult
    func write(_ set: LNEntitySet, _ write: Write) async throws(LNError) -> ODataRow? {
        let place = "\(mapping.service(of: set))/\(mapping.name(of: set))\(write.key)"
        let body: Data
        do {
            let encoder = JSONEncoder()
            encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
            body = write.method == .delete ? Data() : try encoder.encode(write.fields)
        } catch {
            throw LNError(.configuration, "\(place) can't be written: \(error)")
        }
        let key = PercentEncoding.encode(write.key, keeping: "'(),=")
        let response = try await respond(set, write, body, url: { root(of: set, $0) + key })
        guard (200..<300).contains(response.status) else {
            let isUnknown = response.status >= 500 || response.status == 408
            throw refusal(response, place, set, written: write).afterWriting(isUnknown)
        }
        guard let values = try? JSONDecoder().decode([String: ODataValue].self, from: response.body) else { return nil }
        if case .row? = values["error"] {
            throw LNError(.refused, "\(place)\(Self.words(of: response.body))\(advice(write))")
        }
        return ODataRow(set: set, mapping: mapping, values: values)
    }

    private func advice(_ write: Write) -> String {
        let fields = write.fields.keys.sorted().joined(separator: ", ")
        return "; written were \(fields.isEmpty ? "nothing" : fields): correct what LN names there, or in Outlook"
    }

    // MARK: Requests

    private func get(
        _ set: LNEntitySet, pageSize: Int?, _ url: (IONAPIFile) throws(LNError) -> String
    ) async throws(LNError) -> Answer {
        try answer(try await respond(set, pageSize: pageSize, url: url), set)
    }

    /// - Parameter url: what is asked, where the credentials say LN is.
    private func respond(
        _ set: LNEntitySet, pageSize: Int? = nil, _ write: Write? = nil, _ body: Data = Data(),
        url: (IONAPIFile) throws(LNError) -> String
    ) async throws(LNError) -> HTTPResponse {
        var access = try await tokens.access()
        var hasTriedAgain = false
        var hasNewToken = false
        while true {
            let url = try url(access.file)
            guard let request = request(url, set, token: access.token, pageSize: pageSize, write, body) else {
                throw LNError(.configuration, "\(url) is no URL: check iu and ti of the .ionapi file and the mapping")
            }
            let response: HTTPResponse
            do throws(LNError) {
                response = try await transport.answer(
                    to: request, timeout: timeout, from: "ION API", isWrite: write != nil)
            } catch {
                // The credentials say where LN is: a file that was corrected must not wait for the token's end.
                if error.code == .unreachable { tokens.reject(access) }
                throw error
            }
            guard response.status == 401 else { return response }
            if String(decoding: response.body.prefix(1000), as: UTF8.self).contains("U14") {
                // LN now and then answers so to a valid token: the same token goes through a moment later.
                guard !hasTriedAgain else {
                    throw LNError(.unavailable, "ION API does not know its own client at the moment (OAuth U14)")
                }
                hasTriedAgain = true
                continue
            }
            tokens.reject(access)
            guard !hasNewToken else {
                throw LNError(
                    .credentials,
                    "LN refuses a new token (HTTP 401)\(Self.words(of: response.body)): in ION API see whether the authorized app may use LN's REST API"
                )
            }
            hasNewToken = true
            access = try await tokens.access()
        }
    }

    private func request(
        _ url: String, _ set: LNEntitySet, token: String, pageSize: Int?, _ write: Write?, _ body: Data
    ) -> HTTPRequest? {
        var fields: HTTPFields = [
            "Authorization": "Bearer \(token)", "Accept": "application/json",
            "X-Infor-LnCompany": (mapping.company(of: set) ?? company).description, "Content-Language": language,
        ]
        if let identity = write?.identity ?? identity { fields["X-Infor-LnIdentity"] = identity }
        if let pageSize { fields["Prefer"] = "odata.maxpagesize=\(pageSize)" }
        guard let write else { return HTTPRequest(method: .get, url: url, headerFields: fields) }
        if let etag = write.etag { fields["If-Match"] = etag.rawValue }
        if !body.isEmpty { fields["Content-Type"] = "application/json" }
        if write.method == .post { fields["Prefer"] = "return=representation" }
        return HTTPRequest(method: write.method, url: url, headerFields: fields, body: body)
    }

    // MARK: Answers

    private func answer(_ response: HTTPResponse, _ set: LNEntitySet) throws(LNError) -> Answer {
        let place = "\(mapping.service(of: set))/\(mapping.name(of: set))"
        guard response.status == 200 else { throw refusal(response, place, set) }
        guard let values = try? JSONDecoder().decode([String: ODataValue].self, from: response.body) else {
            throw LNError(.invalidAnswer, "\(place) answers what is no JSON object")
        }
        // Seen in LN's own documentation: an error object under a 200.
        if case .row? = values["error"] {
            throw LNError(.refused, "\(place)\(Self.words(of: response.body))\(companyNote(set))")
        }
        var next: String?
        if case .text(let link)? = values["@odata.nextLink"], !link.isEmpty { next = link }
        switch values["value"] {
        case .list(let list):
            var rows: [ODataRow] = []
            rows.reserveCapacity(list.count)
            for case .row(let values) in list { rows.append(ODataRow(set: set, mapping: mapping, values: values)) }
            guard rows.count == list.count else {
                throw LNError(.invalidAnswer, "\(place) answers with rows that are no JSON objects")
            }
            return Answer(rows: rows, next: next)
        case nil where set.key == nil:
            return Answer(rows: [ODataRow(set: set, mapping: mapping, values: values)], next: nil)
        default:
            throw LNError(.invalidAnswer, "\(place) answers without value: is it an OData entity set?")
        }
    }

    private func refusal(
        _ response: HTTPResponse, _ place: String, _ set: LNEntitySet, written write: Write? = nil
    ) -> LNError {
        let said = Self.words(of: response.body)
        switch response.status {
        case 403:
            let name = write?.identity ?? identity ?? "of the service account"
            let switching =
                write?.identity == nil ? "" : ", and the service account the right to switch to it (docs/ln-service.md)"
            return LNError(
                .forbidden,
                "\(place)\(said): give the identity \(name) an API role that may \(write == nil ? "read" : "write") it\(switching) (HTTP 403)"
            )
        case 404 where write?.key.isEmpty == false:
            return LNError(.notFound, "\(place)\(said): there is no such row (HTTP 404)")
        case 412 where write != nil:
            return LNError(.changedMeanwhile, "\(place)\(said): it was changed since it was read (HTTP 412)")
        case 404:
            return LNError(
                .notFound,
                "\(place)\(said): there is no such service or set (HTTP 404); model it, or name it in the mapping file")
        case 408:
            return LNError(.timedOut, "\(place)\(said) (HTTP 408)", retryAfter: response.retryAfter(now: time.now))
        case 429:
            return LNError(
                .throttled, "\(place)\(said): too many requests (HTTP 429)",
                retryAfter: response.retryAfter(now: time.now))
        case 500...:
            return LNError(
                .unavailable, "\(place)\(said) (HTTP \(response.status))",
                retryAfter: response.retryAfter(now: time.now))
        default:
            let note = write.map(advice) ?? companyNote(set)
            return LNError(.refused, "\(place)\(said)\(note) (HTTP \(response.status))")
        }
    }

    /// What to do where the company is the cause: LN does not always say so.
    private func companyNote(_ set: LNEntitySet) -> String {
        let owner = "it has to be the one that owns the table, and the service activated for it"
        return switch mapping.company(of: set) {
        case nil: "; asked in company \(company) (LNSYNC_LN_COMPANY): \(owner)"
        case LNMapping.standard.company(of: set): "; asked in company 0: the service has to be activated for it too"
        case let own?: "; asked in company \(own), as the mapping file says of \(set.rawValue): \(owner)"
        }
    }

    /// LN's own words; the readable reason is often in the details.
    private static func words(of body: Data) -> String {
        guard let error = (try? JSONDecoder().decode(ErrorBody.self, from: body))?.error else { return "" }
        let words = [error.message].compactMap(\.self) + (error.details ?? []).compactMap(\.message)
        let text = words.filter { !$0.isEmpty }.joined(separator: " – ")
        return text.isEmpty ? "" : ": \(text.prefix(500))"
    }

    private struct ErrorBody: Decodable {
        struct Body: Decodable {
            let message: String?
            let details: [Detail]?
        }

        struct Detail: Decodable {
            let message: String?
        }

        let error: Body
    }
}
