import Foundation
import HTTPTypes
import Synchronization

/// Writing by OData: insert, update, delete, with ETags.
extension LNSandbox {
    func insert(
        _ request: HTTPRequest, into resource: Resource, _ service: Service
    ) throws(ODataError) -> Reply {
        try expect(.creatable, of: resource, request)
        let body = try EntityBody(request.body, of: resource, in: service, isNew: true)
        let (now, editor) = (self.now, Self.editor(request))
        let inserted = try change { shop throws(ODataError) in
            do throws(LNRuleError) {
                let key =
                    resource.type.set == .activities
                    ? try shop.insertActivity(body.values, attendees: body.parts, at: now, by: editor)
                    : try shop.insert(body.values, into: resource.type.set, at: now, by: editor)
                return (key: key, shop: shop)
            } catch {
                throw .rule(error)
            }
        }
        guard let row = inserted.shop[resource.type.set][inserted.key] else {
            throw Self.notFound(resource, inserted.key)
        }
        let options = QueryOptions(expanding: body.parts.isEmpty ? [] : resource.navigations, of: service)
        let text = writer(inserted.shop).entity(row, of: resource, options)
        var response = Self.json(text, status: 201, row, resource)
        response.headerFields["Location"] =
            "\(request.scheme)://\(request.authority)\(request.path)\(resource.keyPredicate(of: row))"
        return Reply(response)
    }

    func update(
        _ request: HTTPRequest, key: String, of resource: Resource, _ service: Service
    ) throws(ODataError) -> Reply {
        try expect(.updatable, of: resource, request)
        let values = try EntityBody(request.body, of: resource, in: service, isNew: false).values
        if let updatable = resource.updatable,
            let other = values.keys.sorted().first(where: { !updatable.contains($0) })
        {
            throw .rule(LNRuleError("\(other) can't be changed"))
        }
        let (now, editor) = (self.now, Self.editor(request))
        let shop = try change { shop throws(ODataError) in
            try Self.checkMatch(request, key, resource, shop)
            do throws(LNRuleError) {
                try shop.update(values, of: key, in: resource.type.set, at: now, by: editor)
            } catch {
                throw .rule(error)
            }
            return shop
        }
        guard let row = shop[resource.type.set][key] else { throw Self.notFound(resource, key) }
        let prefers = request.headerFields.values(of: "Prefer").contains { $0.contains("return=representation") }
        guard prefers else {
            return Reply(
                HTTPResponse(
                    status: 204,
                    headerFields: ["ETag": EntityWriter.etag(row, of: resource), "OData-Version": "4.01"]))
        }
        return Reply(Self.json(writer(shop).entity(row, of: resource, QueryOptions()), row, resource))
    }

    func remove(_ request: HTTPRequest, key: String, of resource: Resource) throws(ODataError) -> Reply {
        try expect(.deletable, of: resource, request)
        try change { shop throws(ODataError) in
            try Self.checkMatch(request, key, resource, shop)
            do throws(LNRuleError) {
                try shop.remove(key, from: resource.type.set)
            } catch {
                throw .rule(error)
            }
        }
        return Reply(HTTPResponse(status: 204, headerFields: ["OData-Version": "4.01"]))
    }

    /// Changes the shop at one go, or not at all where `body` throws.
    @discardableResult
    func change<Value>(
        _ body: (inout LNShop) throws(ODataError) -> Value
    ) throws(ODataError) -> Value {
        try state.withLock { state throws(ODataError) in
            var shop = state.shop
            let value = try body(&shop)
            state.shop = shop
            state.revision += 1
            return value
        }
    }

    private func expect(_ level: Resource.Level, of resource: Resource, _ request: HTTPRequest) throws(ODataError) {
        guard resource.level >= level else {
            throw ODataError(405, "Method \(request.method) is not allowed on \(resource.name)")
        }
    }

    /// Whom LN takes for the one who writes: the user behind the identity that the request switches to, else the service's own.
    private static func editor(_ request: HTTPRequest) -> LNEditor {
        guard let identity = request.headerFields["X-Infor-LnIdentity"], !identity.isEmpty else { return .service }
        let prefix = "lnapi_"
        let user = identity.hasPrefix(prefix) ? String(identity.dropFirst(prefix.count)) : identity
        return LNEditor(user: user, way: .program)
    }

    /// If-Match is asked for on a set with optimistic concurrency.
    private static func checkMatch(
        _ request: HTTPRequest, _ key: String, _ resource: Resource, _ shop: LNShop
    ) throws(ODataError) {
        guard let row = shop[resource.type.set][key] else { throw notFound(resource, key) }
        guard let match = request.headerFields["If-Match"] else { throw ODataError(428, "If-Match is missing") }
        let etags = match.split(separator: ",").map { $0.trimmingPrefix { $0 == " " } }
        guard etags.contains("*") || etags.contains(where: { $0 == EntityWriter.etag(row, of: resource) }) else {
            throw ODataError(412, "\(resource.type.name) \(key) was changed since it was read")
        }
    }
}
