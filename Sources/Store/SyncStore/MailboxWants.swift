import Foundation
import SyncModel
import SyncStore

/// What hints ask of one mailbox's reader, as a cursor keeps it: whoever reads a partition of `exchange.notifications` writes it, in the
/// commit that moves the partition's position. A hint so outlives the process that took it, and any may do what it asks.
struct MailboxWants: Sendable, Hashable, Codable {
    struct Item: Sendable, Hashable, Codable {
        var id: ItemID
        /// Of the change that asked for it last.
        var number: Int64
    }

    /// Counts the changes. The reader's cursor has the one that is done.
    var number: Int64 = 0
    /// Of the last change that asked for a new round over the whole window.
    var full: Int64 = 0
    var items: [Item] = []

    /// So many items at once; more of them are read by a new round.
    static let mostItems = 1000

    /// What is asked for and is not done.
    func isAny(after done: Int64) -> Bool { number > done }
    func isFull(after done: Int64) -> Bool { full > done }
    func items(after done: Int64) -> [Item] { items.filter { $0.number > done } }

    /// Takes hints in: one change, however many there are.
    mutating func take(_ hints: [Asked], done: Int64) {
        number += 1
        items.removeAll { $0.number <= done }
        for hint in hints {
            if hint.isFull { full = number }
            for id in hint.items {
                items.removeAll { $0.id == id }
                items.append(Item(id: id, number: number))
            }
        }
        guard items.count > Self.mostItems else { return }
        items = []
        full = number
    }

    /// What one hint asks for.
    struct Asked: Sendable, Hashable {
        var items: [ItemID] = []
        var isFull = false
    }
}

extension MailboxWants {
    private static let prefix = "hints/mailbox/"

    static func name(of user: SyncUserID) -> CursorName { CursorName(prefix + user.description) }

    static func kept(in cursors: [CursorName: String]) -> [SyncUserID: MailboxWants] {
        var kept: [SyncUserID: MailboxWants] = [:]
        for (name, text) in cursors where name.rawValue.hasPrefix(prefix) {
            guard let user = SyncUserID(name.rawValue.dropFirst(prefix.count)) else { continue }
            kept[user] = MailboxWants(text: text)
        }
        return kept
    }

    init?(text: String) {
        guard let wants = try? JSONDecoder().decode(MailboxWants.self, from: Data(text.utf8)) else { return nil }
        self = wants
    }

    func mutation(of user: SyncUserID) throws -> Mutation {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .cursor(Self.name(of: user), String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
