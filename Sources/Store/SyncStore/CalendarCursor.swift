public import Foundation
public import SyncModel

/// How far a mailbox's calendar is read: the cursor of the mailbox's reader. Who holds the mailbox's lease writes it.
public struct CalendarCursor: Sendable, Hashable, Codable {
    /// What a link is about. Exchange keeps it as it was when the first round began.
    public struct Window: Sendable, Hashable, Codable {
        public var start: Date
        public var end: Date

        public init(start: Date, end: Date) {
            self.start = start
            self.end = end
        }
    }

    /// A new round over the whole window that is not over yet.
    public struct Progress: Sendable, Hashable, Codable {
        public var begun: Date
        /// What was read of it so far.
        public var events: Int

        public init(begun: Date, events: Int) {
            self.begun = begun
            self.events = events
        }
    }

    /// An item that no row knew when it was read to be gone: its event may be on the way to the rows.
    public struct PassedOver: Sendable, Hashable, Codable {
        public var item: ItemID
        public var since: Date

        public init(item: ItemID, since: Date) {
            self.item = item
            self.since = since
        }
    }

    /// Where the next request goes on: a link of Exchange's, verbatim; `nil`: by a new round over the whole window.
    public var link: String?
    /// The link is that of a further page: the round is not over.
    public var isInRound: Bool
    public var window: Window?
    /// When the last round that is over began, by its process's clock.
    public var lastRound: Date?
    /// Hints up to this number are done.
    public var hintsDone: Int64
    /// When the default calendar's id was looked at last (USR-1).
    public var looked: Date?
    /// The user's address at that time.
    public var address: EmailAddress?
    public var progress: Progress?
    public var passedOver: [PassedOver]
    /// Items that were in another calendar of the mailbox when they were looked for last, and were told so (CAL-4).
    public var elsewhere: [ItemID]
    /// For what this reader put the mailbox into quarantine; only that quarantine it ends.
    public var quarantine: String?

    /// Nothing is read yet.
    public init() {
        isInRound = false
        hintsDone = 0
        passedOver = []
        elsewhere = []
    }
}

extension CalendarCursor {
    private static let prefix = "calendar/"

    public static func name(of user: SyncUserID) -> CursorName { CursorName(prefix + user.description) }

    /// Under which the mailbox is read.
    public static func lease(of user: SyncUserID) -> LeaseName { LeaseName("reader/mailbox/\(user)") }

    /// All that are kept.
    public static func kept(in cursors: [CursorName: String]) -> [SyncUserID: CalendarCursor] {
        var kept: [SyncUserID: CalendarCursor] = [:]
        for (name, text) in cursors where name.rawValue.hasPrefix(prefix) {
            guard let user = SyncUserID(name.rawValue.dropFirst(prefix.count)) else { continue }
            kept[user] = CalendarCursor(text: text)
        }
        return kept
    }

    /// `nil` where the text is none: all is read anew.
    public init?(text: String) {
        guard let cursor = try? JSONDecoder().decode(CalendarCursor.self, from: Data(text.utf8)) else { return nil }
        self = cursor
    }

    public func mutation(of user: SyncUserID) throws -> Mutation {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .cursor(Self.name(of: user), String(decoding: try encoder.encode(self), as: UTF8.self))
    }

    private enum Member: String, CodingKey {
        case link, isInRound, window, lastRound, hintsDone, looked, address, progress, passedOver, elsewhere, quarantine
    }

    /// Members that an older program did not write are as at the beginning.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        link = try members.decodeIfPresent(String.self, forKey: .link)
        isInRound = try members.decodeIfPresent(Bool.self, forKey: .isInRound) ?? false
        window = try members.decodeIfPresent(Window.self, forKey: .window)
        lastRound = try members.decodeIfPresent(Date.self, forKey: .lastRound)
        hintsDone = try members.decodeIfPresent(Int64.self, forKey: .hintsDone) ?? 0
        looked = try members.decodeIfPresent(Date.self, forKey: .looked)
        address = try members.decodeIfPresent(EmailAddress.self, forKey: .address)
        elsewhere = try members.decodeIfPresent([ItemID].self, forKey: .elsewhere) ?? []
        progress = try members.decodeIfPresent(Progress.self, forKey: .progress)
        passedOver = try members.decodeIfPresent([PassedOver].self, forKey: .passedOver) ?? []
        quarantine = try members.decodeIfPresent(String.self, forKey: .quarantine)
    }
}
