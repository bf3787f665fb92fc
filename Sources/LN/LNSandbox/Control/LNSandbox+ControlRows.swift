import Foundation
import HTTPTypes

/// LN's users at their screens: `/sandbox/data/{set}`, with a key behind it where the set has one. Fields are named as OData names
/// them.
///
/// - An attendee's key is `{activity}/{sequence}`; `GET /sandbox/data/Attendees/{activity}` shows those of one activity.
/// - `?user=CODE` names the LN user; an activity needs one, who becomes its Meeting Organizer. It may bring its `AttendeeRefs`.
/// - `?secondsAgo=N` makes an edit's modification time older, as that of a transaction that took long.
extension LNSandbox {
    /// Every table with all its fields, as screens have them.
    private static let screens = Service(
        name: "screens",
        resources: LNSet.allCases.map { set in
            Resource(
                set, of: "screens", navigations: set == .activities ? ["AttendeeRefs"] : [], level: .deletable,
                takesDeepInserts: set == .activities)
        })

    func data(_ request: HTTPRequest, _ set: LNSet, key: ArraySlice<String>) throws(ODataError) -> HTTPResponse {
        let type = EntityType.of(set)
        guard key.count <= type.key.count else { throw ODataError(404, "\(type.name) has no such key") }
        if request.method == .get, key.count < type.key.count { return Self.list(type, under: key.first, in: shop) }
        if request.method == .post, key.isEmpty, !type.key.isEmpty { return try add(request, type) }
        guard key.count == type.key.count else { throw Self.impossible(request) }
        let code = key.joined(separator: "/")
        guard shop[set][code] != nil else { throw ODataError(404, "\(type.name) \(code) does not exist") }
        switch request.method {
        case .get: return try Self.row(code, of: type, in: shop)
        case .patch: return try change(request, code, type)
        case .delete:
            return try edit { shop throws(LNRuleError) in
                try shop.remove(code, from: set)
            } answer: { _, _ in
                Self.done
            }
        default: throw Self.impossible(request)
        }
    }

    private func add(_ request: HTTPRequest, _ type: EntityType) throws(ODataError) -> HTTPResponse {
        let body = try Self.body(request, type, isNew: true)
        let (editor, moment) = (Self.screenUser(request), now - (try Self.secondsAgo(request)))
        guard type.set != .activities || !editor.user.isEmpty else {
            throw .invalid("?user=CODE says which LN user makes the activity")
        }
        return try edit { shop throws(LNRuleError) in
            type.set == .activities
                ? try shop.insertActivity(body.values, attendees: body.parts, at: moment, by: editor)
                : try shop.insert(body.values, into: type.set, at: moment, by: editor)
        } answer: { code, shop throws(ODataError) in
            try Self.row(code, of: type, in: shop, status: 201)
        }
    }

    private func change(_ request: HTTPRequest, _ code: String, _ type: EntityType) throws(ODataError) -> HTTPResponse {
        let body = try Self.body(request, type, isNew: false)
        let (editor, moment) = (Self.screenUser(request), now - (try Self.secondsAgo(request)))
        return try edit { shop throws(LNRuleError) in
            try shop.update(body.values, of: code, in: type.set, at: moment, by: editor)
        } answer: { _, shop throws(ODataError) in
            try Self.row(code, of: type, in: shop)
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

    private static func list(_ type: EntityType, under first: String?, in shop: LNShop) -> HTTPResponse {
        var text = JSONText()
        text.array { text in
            for row in first.map({ shop[type.set].rows(under: $0) }) ?? shop[type.set].rows[...] {
                LNShop.write(row, of: type, to: &text)
            }
        }
        return control(text)
    }

    private static func row(
        _ code: String, of type: EntityType, in shop: LNShop, status: Int = 200
    ) throws(ODataError) -> HTTPResponse {
        guard let row = shop[type.set][code] else { throw ODataError(404, "\(type.name) \(code) does not exist") }
        var text = JSONText()
        LNShop.write(row, of: type, to: &text)
        return control(text, status: status)
    }

    private static func body(_ request: HTTPRequest, _ type: EntityType, isNew: Bool) throws(ODataError) -> EntityBody {
        guard let resource = screens.resource(type.set) else { throw ODataError(404, "\(type.name) has no screen") }
        return try EntityBody(request.body, of: resource, in: screens, isNew: isNew)
    }

    private static func impossible(_ request: HTTPRequest) -> ODataError {
        ODataError(405, "\(request.method) is not possible on \(request.path)")
    }

    private static func screenUser(_ request: HTTPRequest) -> LNEditor {
        LNEditor(user: option("user", request) ?? "", way: .screen)
    }

    private static func secondsAgo(_ request: HTTPRequest) throws(ODataError) -> Int {
        guard let text = option("secondsAgo", request) else { return 0 }
        guard let seconds = Int(text), (0...86_400).contains(seconds) else {
            throw .invalid("secondsAgo is a whole number from 0 to 86400")
        }
        return seconds
    }

    private static func option(_ name: String, _ request: HTTPRequest) -> String? {
        request.query.flatMap { PercentEncoding.form($0)?[name] }
    }
}
