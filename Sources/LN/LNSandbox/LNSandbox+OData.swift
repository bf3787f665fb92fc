import Foundation
import HTTPTypes
import Runtime
import Synchronization

/// Reading by OData: who asks, of which company, for what.
extension LNSandbox {
    func odata(_ request: HTTPRequest) throws(ODataError) -> Reply {
        guard request.target.utf8.count <= Self.maximumTarget else { throw ODataError(414, "The URL is too long") }
        let path = request.path
        let prefix = "/\(installation.tenant)\(Self.odataRoot)"
        guard path.hasPrefix(prefix) else { throw ODataError(404, "No API is registered for \(path)") }
        try authorize(request)
        let resourcePath = try ResourcePath(path.dropFirst(prefix.count), among: services)
        try checkHeaders(request)
        switch resourcePath.target {
        case .serviceDocument: return try document(Metadata.serviceDocument(of: resourcePath.service), request)
        case .metadata: return try document(Metadata.text(of: resourcePath.service), request)
        case .collection(let resource):
            try checkCompany(request, resource)
            if request.method == .post { return try insert(request, into: resource, resourcePath.service) }
            return try collection(request, of: resource, resourcePath.service)
        case .entity(let resource, let key):
            try checkCompany(request, resource)
            switch request.method {
            case .patch: return try update(request, key: key, of: resource, resourcePath.service)
            case .delete: return try remove(request, key: key, of: resource)
            default: return try entity(request, key: key, of: resource, resourcePath.service)
            }
        case .singleton(let resource):
            try checkCompany(request, resource)
            return try entity(request, key: "", of: resource, resourcePath.service)
        }
    }

    private func authorize(_ request: HTTPRequest) throws(ODataError) {
        guard let header = request.headerFields["Authorization"] else {
            throw ODataError(401, "Access token is missing")
        }
        let parts = header.split(separator: " ", omittingEmptySubsequences: true)
        let uptime = time.uptime
        guard parts.count == 2, parts[0].lowercased() == "bearer",
            state.withLock({ $0.tokens.isGood(String(parts[1]), uptime: uptime) })
        else { throw ODataError(401, "Access token is invalid or expired") }
    }

    /// LN REST API guide: the language is a tag of five characters, an identity must be on the list of those a program may
    /// switch to.
    private func checkHeaders(_ request: HTTPRequest) throws(ODataError) {
        if let language = request.headerFields["Content-Language"], !language.isEmpty {
            let bytes = Array(language.utf8)
            guard bytes.count == 5, bytes[2] == UInt8(ascii: "-") else {
                throw .invalid("Content-Language '\(language)' is no language tag of five characters")
            }
        }
        if let identities = installation.identities, let identity = request.headerFields["X-Infor-LnIdentity"],
            !identity.isEmpty, !identities.contains(identity)
        {
            throw ODataError(403, "Switch to identity \(identity) is not allowed")
        }
    }

    /// The company must be one that the service is active for, and the table one that the company has.
    private func checkCompany(_ request: HTTPRequest, _ resource: Resource) throws(ODataError) {
        let header = request.headerFields["X-Infor-LnCompany"] ?? ""
        var company = installation.defaultCompany
        if !header.isEmpty {
            guard let number = Int(header), (0...9999).contains(number) else {
                throw .invalid("X-Infor-LnCompany '\(header)' is no company number")
            }
            guard number == installation.company || number == 0 else {
                throw ODataError(422, "Switch to company \(number) failed")
            }
            company = number
        }
        guard company == installation.company || !resource.type.isOfCompany else {
            throw ODataError(
                422, "The request can't be processed",
                details: ["Table \(resource.type.table) of company \(company) does not exist"])
        }
    }

    private func document(_ text: JSONText, _ request: HTTPRequest) throws(ODataError) -> Reply {
        try expectRead(request)
        return Reply(Self.json(text))
    }

    private func expectRead(_ request: HTTPRequest) throws(ODataError) {
        guard request.method == .get || request.method == .head else {
            throw ODataError(405, "Method \(request.method) is not allowed here")
        }
    }

    private func entity(
        _ request: HTTPRequest, key: String, of resource: Resource, _ service: Service
    ) throws(ODataError) -> Reply {
        try expectRead(request)
        let options = try QueryOptions.parse(request.query ?? "", over: resource, of: service, isCollection: false)
        let shop = self.shop
        guard let row = shop[resource.type.set][key] else { throw Self.notFound(resource, key) }
        return Reply(Self.json(writer(shop).entity(row, of: resource, options), row, resource), rows: 1)
    }

    private func collection(
        _ request: HTTPRequest, of resource: Resource, _ service: Service
    ) throws(ODataError) -> Reply {
        try expectRead(request)
        let query = request.query ?? ""
        let options = try QueryOptions.parse(query, over: resource, of: service, isCollection: true)
        let shop = self.shop
        var rows = shop[resource.type.set].rows
        if let filter = options.filter { rows = rows.filter { filter.holds(for: $0) } }
        let count = rows.count
        rows = options.order.isEmpty ? rows : Self.sorted(rows, by: options.order)
        let size = min(installation.pageCap, Self.preferredPage(request) ?? .max, options.top ?? .max)
        let page = Array(rows.dropFirst(options.skip).prefix(size))
        var nextLink: String?
        let wanted = min(options.top ?? .max, max(0, count - options.skip))
        if installation.writesNextLinks, page.count < wanted {
            nextLink = Self.nextLink(request, skip: options.skip + page.count, top: options.top.map { $0 - page.count })
        }
        let text = writer(shop).page(
            page, of: resource, options, count: options.count ? count : nil, nextLink: nextLink)
        return Reply(Self.json(text), rows: page.count)
    }

    func writer(_ shop: LNShop) -> EntityWriter { EntityWriter(shop: shop, padsCodes: installation.padsCodes) }

    static func json(_ text: JSONText, status: Int = 200) -> HTTPResponse {
        HTTPResponse(
            status: status,
            headerFields: [
                "Content-Type": "application/json;charset=utf-8;odata.metadata=minimal", "OData-Version": "4.01",
            ],
            body: text.data)
    }

    static func json(_ text: JSONText, status: Int = 200, _ row: Table.Row, _ resource: Resource) -> HTTPResponse {
        var response = json(text, status: status)
        response.headerFields["ETag"] = EntityWriter.etag(row, of: resource)
        return response
    }

    static func notFound(_ resource: Resource, _ key: String) -> ODataError {
        ODataError(404, "\(resource.type.name) \(key) does not exist")
    }

    /// Rows in the order asked for, and in that of their keys where it leaves them equal.
    private static func sorted(_ rows: [Table.Row], by order: [QueryOptions.Order]) -> [Table.Row] {
        rows.indices.sorted { one, other in
            for part in order {
                let comparison = Predicate.order(rows[one][part.property], rows[other][part.property])
                if comparison != 0 { return (comparison < 0) != part.isDescending }
            }
            return one < other
        }.map { rows[$0] }
    }

    /// `Prefer: odata.maxpagesize=N`.
    private static func preferredPage(_ request: HTTPRequest) -> Int? {
        for preference in request.headerFields.values(of: "Prefer").flatMap({ $0.split(separator: ",") }) {
            let parts = preference.split(separator: "=").map { $0.trimmingPrefix { $0 == " " } }
            if parts.count == 2, parts[0] == "odata.maxpagesize" || parts[0] == "maxpagesize" {
                return Int(parts[1]).flatMap { $0 > 0 ? $0 : nil }
            }
        }
        return nil
    }

    private static func nextLink(_ request: HTTPRequest, skip: Int, top: Int?) -> String {
        let kept = (request.query ?? "").split(separator: "&").filter { pair in
            let name = PercentEncoding.decode(pair.prefix { $0 != "=" })
            return name != "$skip" && name != "$top"
        }
        let options = kept.map(String.init) + ["$skip=\(skip)"] + (top.map { ["$top=\($0)"] } ?? [])
        return "\(request.scheme)://\(request.authority)\(request.path)?\(options.joined(separator: "&"))"
    }
}
