import Foundation
import HTTPTypes

/// A request to one mailbox: `/v1.0/users/{mailbox}/…`.
struct GraphCall {
    let request: HTTPRequest
    /// The path's segments behind the mailbox.
    let path: [String]
    let query: [String: String]
    let now: Date
    /// Whether the client asked for ids that stay the same when an item moves.
    let wantsImmutableIDs: Bool
    /// `Prefer: odata.maxpagesize`
    let preferredPage: Int?
    /// `Prefer: return=minimal`: a write's answer has no body. https://learn.microsoft.com/graph/best-practices-concept
    let wantsNoBody: Bool
    let defaultPage: Int
    /// One in so many reads of a contact changes its etag; this call's share is decided beforehand.
    let changesEtag: Bool
    /// Delta tokens of other generations are forgotten.
    let deltaGeneration: UInt64
    /// The code that a forgotten token of a calendar view is refused with.
    let deltaRefusal: GraphError
    let vices: ExchangeTenant.Vices
    /// Decides which of its vices Exchange has in this call.
    let number: UInt64
    /// How the client wants events.
    let eventStyle: EventStyle

    init(
        _ request: HTTPRequest, path: [String], query: [String: String], now: Date, defaultPage: Int, number: UInt64,
        vices: ExchangeTenant.Vices, deltaGeneration: UInt64, deltaRefusal: GraphError
    ) throws(GraphError) {
        self.deltaGeneration = deltaGeneration
        self.deltaRefusal = deltaRefusal
        self.vices = vices
        self.number = number
        self.request = request
        self.path = path
        self.query = query
        self.now = now
        self.defaultPage = defaultPage
        let every = UInt64(max(0, vices.etagChangesOnReads))
        changesEtag = every > 0 && number % every == 0
        let preferences = request.headerFields.values(of: "Prefer").flatMap { $0.split(separator: ",") }.map {
            $0.filter { $0 != " " && $0 != "\"" }.lowercased()
        }
        wantsImmutableIDs = preferences.contains("idtype=immutableid")
        wantsNoBody = preferences.contains("return=minimal")
        preferredPage = preferences.first { $0.hasPrefix("odata.maxpagesize=") }.flatMap { Int($0.dropFirst(18)) }
            .flatMap { (1...1000).contains($0) ? $0 : nil }
        eventStyle = try EventStyle(request, isImmutable: wantsImmutableIDs)
    }

    func answer(_ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        var response = try route(&mailbox)
        var applied: [String] = []
        if wantsImmutableIDs { applied.append("IdType=\"ImmutableId\"") }
        if let preferredPage { applied.append("odata.maxpagesize=\(preferredPage)") }
        applied += eventStyle.applied
        if let special = response.headerFields["Preference-Applied"] { applied.insert(special, at: 0) }
        if wantsNoBody, [200, 201].contains(response.status), request.method == .post || request.method == .patch {
            response = withoutBody(response)
            applied.append("return=minimal")
        }
        if !applied.isEmpty { response.headerFields["Preference-Applied"] = applied.joined(separator: ", ") }
        return response
    }

    /// Where what was made or changed is, and nothing of what it is now.
    private func withoutBody(_ response: HTTPResponse) -> HTTPResponse {
        var short = Self.done
        guard request.method == .post, let id = JSON(response.body)?["id"]?.text else { return short }
        let location = "\(request.scheme)://\(request.authority)\(request.path)/\(ResourcePath.escaped(id))"
        short.headerFields["Location"] = location
        short.headerFields["OData-EntityId"] = location
        return short
    }

    private func route(_ mailbox: inout Mailbox) throws(GraphError) -> HTTPResponse {
        switch (path.first?.lowercased(), path.count) {
        case ("events", _), ("calendar", _), ("calendars", _), ("calendarview", _), ("outlook", _):
            return try calendarAnswer(&mailbox)
        case ("contactfolders", 1): return try folders(&mailbox, in: Mailbox.contactsFolder)
        case ("contactfolders", 3) where path[2].lowercased() == "childfolders":
            return try folders(&mailbox, in: try mailbox.folder(path[1]).number)
        case ("contactfolders", 2): return try folder(&mailbox, try mailbox.folder(path[1]))
        case ("contactfolders", 3) where path[2].lowercased() == "contacts":
            return try contacts(&mailbox, in: try mailbox.folder(path[1]))
        case ("contactfolders", 4) where path[2].lowercased() == "contacts" && Self.isDelta(path[3]):
            return try contactsDelta(mailbox, in: try mailbox.folder(path[1]))
        case ("contactfolders", 4) where path[2].lowercased() == "contacts":
            let folder = try mailbox.folder(path[1])
            let item = try mailbox.contact(path[3])
            guard item.folder == folder.number else { throw .notFound() }
            return try contact(&mailbox, item)
        case ("contacts", 1): return try contacts(&mailbox, in: try mailbox.folder("contacts"))
        case ("contacts", 2) where Self.isDelta(path[1]):
            return try contactsDelta(mailbox, in: try mailbox.folder("contacts"))
        case ("contacts", 2): return try contact(&mailbox, try mailbox.contact(path[1]))
        default:
            throw GraphError(400, "BadRequest", "Resource not found for the segment '\(path.last ?? "users")'.")
        }
    }

    // MARK: Bodies

    /// A write has at most 4 MB; a larger one is refused with 413 (https://learn.microsoft.com/graph/errors).
    private static let largestBody = 4 << 20

    /// The request's body, which is a JSON object.
    func body() throws(GraphError) -> JSON {
        guard request.body.count <= Self.largestBody else {
            throw GraphError(413, "RequestEntityTooLarge", "The request is larger than \(Self.largestBody) bytes.")
        }
        guard request.headerFields["Content-Type"]?.lowercased().hasPrefix("application/json") == true,
            let json = JSON(request.body), json.object != nil
        else { throw .unreadableBody }
        return json
    }

    func json(_ members: [String: JSON], status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headerFields: [
                "Content-Type":
                    "application/json;odata.metadata=minimal;odata.streaming=true;IEEE754Compatible=false;charset=utf-8"
            ], body: JSON.object(members).data)
    }

    static let done = HTTPResponse(status: 204)

    /// `@odata.context` of what stands at `path`.
    func context(_ mailbox: Mailbox, _ path: String) -> JSON {
        .text("\(request.scheme)://\(request.authority)/v1.0/$metadata#users('\(mailbox.userID)')/\(path)")
    }

    /// The `If-Match` that the request has must name what the item is now.
    func checkMatch(_ etag: String) throws(GraphError) {
        guard let match = request.headerFields["If-Match"] else { return }
        let named = match.split(separator: ",").map { $0.filter { $0 != " " } }
        guard named.contains("*") || named.contains(etag) else { throw .conflict }
    }

    // MARK: Pages

    /// How many rows this request's page has.
    func pageSize(_ options: QueryOptions) -> Int { options.top ?? preferredPage ?? defaultPage }

    /// The answer with one page of rows. A page begins so many rows into what the list is when it is read: rows that go away
    /// between two pages shift those behind them, as in Exchange.
    func page(
        _ rows: [JSON], _ options: QueryOptions, total: Int, context: JSON
    ) -> HTTPResponse {
        var members: [String: JSON] = ["@odata.context": context, "value": .array(rows)]
        if options.isCounted { members["@odata.count"] = .number(Double(total)) }
        let next = options.skip + rows.count
        if next < total, !rows.isEmpty {
            var query = self.query.filter { !["$skip", "$skiptoken"].contains($0.key.lowercased()) }
            query["$skiptoken"] = QueryOptions.token(next)
            let text = query.sorted { $0.key < $1.key }.map {
                "\(ResourcePath.escaped($0.key))=\(ResourcePath.escaped($0.value))"
            }.joined(separator: "&")
            members["@odata.nextLink"] = .text("\(request.scheme)://\(request.authority)\(request.path)?\(text)")
        }
        return json(members)
    }
}
