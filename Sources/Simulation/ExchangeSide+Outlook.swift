import Foundation
import HTTPTypes
import Runtime

/// What a user did with one of our items in Outlook, and when.
struct OutlookAct: Sendable, Hashable {
    enum Kind: Sendable, Hashable {
        case edited
        case copied
        /// Deleted, or moved to the default folder.
        case takenAway
    }

    let kind: Kind
    let user: String
    /// Our property's value.
    let contact: String
    let item: String
    let at: Duration
    /// Whether the item's row had it as written.
    var isKnown = false
    /// How often the store had been restored.
    var restorations = 0
}

/// What users do in Outlook, to one of our items that is drawn; `nil` where there is none.
extension ExchangeSide {
    func edit(in user: String) -> OutlookAct? {
        act(.edited, in: user) { number in
            .init(.patch, "", ["jobTitle": "Outlook \(number)"])
        }
    }

    func delete(in user: String, forGood: Bool) -> OutlookAct? {
        act(.takenAway, in: user) { _ in .init(.delete, forGood ? "?forGood=true" : "", nil) }
    }

    func move(in user: String) -> OutlookAct? {
        act(.takenAway, in: user) { _ in .init(.post, "/move", ["folder": "contacts"]) }
    }

    func copy(in user: String) -> OutlookAct? {
        act(.copied, in: user) { _ in .init(.post, "/copy", nil) }
    }

    /// - Returns: whether there was a folder of ours.
    func deleteFolder(in user: String, forGood: Bool) -> Bool {
        guard let folder = try? ourFolder(of: user) else { return false }
        control(.delete, "mailboxes/\(user)/folders/\(folder)", suffix: forGood ? "?forGood=true" : "")
        return true
    }

    private struct Request {
        let method: HTTPMethod
        let suffix: String
        let body: [String: String]?

        init(_ method: HTTPMethod, _ suffix: String, _ body: [String: String]?) {
            self.method = method
            self.suffix = suffix
            self.body = body
        }
    }

    private func act(_ kind: OutlookAct.Kind, in user: String, _ request: (String) -> Request) -> OutlookAct? {
        let items = ((try? ourItems(of: user)) ?? [:]).sorted { $0.key < $1.key }.flatMap { contact, items in
            items.map { (contact, $0.id) }
        }
        guard !items.isEmpty else { return nil }
        let (contact, item) = items[randomness.next(in: 0...(items.count - 1))]
        let wanted = request(String(randomness.next(), radix: 36))
        control(wanted.method, "mailboxes/\(user)/contacts/\(item)", suffix: wanted.suffix, wanted.body)
        return OutlookAct(kind: kind, user: user, contact: contact, item: item, at: time.uptime)
    }
}
