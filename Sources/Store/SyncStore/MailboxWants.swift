import Foundation
public import SyncModel

/// What hints ask of one mailbox's reader, as a cursor keeps it: whoever reads a partition of `exchange.notifications` writes it, in the
/// commit that moves the partition's position. A hint so outlives the process that took it, and any may do what it asks.
public struct MailboxWants: Sendable, Hashable, Codable {
    public struct Item: Sendable, Hashable, Codable {
        public var id: ItemID
        /// Of the change that asked for it last.
        public var number: Int64
    }

    /// Counts the changes. The reader's cursor has the one that is done.
    public var number: Int64
    /// Of the last change that asked for a new round over the whole window.
    public var full: Int64
    public var items: [Item]

    /// Nothing is asked for.
    public init() {
        number = 0
        full = 0
        items = []
    }

    /// So many items at once; more of them are read by a new round.
    public static let mostItems = 1000

    /// What is asked for and is not done.
    public func isAny(after done: Int64) -> Bool { number > done }
    public func isFull(after done: Int64) -> Bool { full > done }
    public func items(after done: Int64) -> [Item] { items.filter { $0.number > done } }

    /// Takes hints in: one change, however many there are.
    public mutating func take(_ hints: [Asked], done: Int64) {
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
    public struct Asked: Sendable, Hashable {
        public var items: [ItemID]
        public var isFull: Bool

        public init(items: [ItemID] = [], isFull: Bool = false) {
            self.items = items
            self.isFull = isFull
        }
    }
}

extension MailboxWants {
    private static let prefix = "hints/mailbox/"

    public static func name(of user: SyncUserID) -> CursorName { CursorName(prefix + user.description) }

    public static func kept(in cursors: [CursorName: String]) -> [SyncUserID: MailboxWants] {
        var kept: [SyncUserID: MailboxWants] = [:]
        for (name, text) in cursors where name.rawValue.hasPrefix(prefix) {
            guard let user = SyncUserID(name.rawValue.dropFirst(prefix.count)) else { continue }
            kept[user] = MailboxWants(text: text)
        }
        return kept
    }

    public init?(text: String) {
        guard let wants = try? JSONDecoder().decode(MailboxWants.self, from: Data(text.utf8)) else { return nil }
        self = wants
    }

    public func mutation(of user: SyncUserID) throws -> Mutation {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .cursor(Self.name(of: user), String(decoding: try encoder.encode(self), as: UTF8.self))
    }
}
