import Foundation
import Kafka
import SyncEvents
public import SyncModel
import SyncStore

/// A pull that was asked for.
public struct PullRequest: Sendable, Hashable {
    /// How far a mailbox's hint is.
    enum Mailbox: Sendable, Hashable {
        case sent(RecordPosition)
        /// It is among what is wanted of the mailbox: done when the reader has done all up to this number.
        case wanted(Int64)
    }

    let company: Company
    let pulled: Administration.Pulled
    let position: RecordPosition
    var mailboxes: [SyncUserID: Mailbox] = [:]
}

/// Where a pull stands.
public struct PullProgress: Sendable, Hashable {
    /// A mailbox whose calendar is not read.
    public struct Unread: Sendable, Hashable {
        public var user: LNUserCode
        public var email: EmailAddress
        /// Why, and what to do; `nil` where nothing keeps it from being read.
        public var reason: String?
        /// It is read, or tried again, by itself.
        public var isAwaited: Bool
    }

    /// LN's side is read, and what changed there is sent.
    public var isLNRead: Bool
    /// In the order of their users' codes.
    public var unread: [Unread]

    /// Nothing more comes of waiting. Then the workers write what was read.
    public var isOver: Bool { isLNRead && !unread.contains(where: \.isAwaited) }

    /// Which mailboxes could not be read, and why; `nil` where none is kept from being read.
    public var obstacles: String? {
        let byReason = Dictionary(grouping: unread.filter { $0.reason != nil }) { $0.reason ?? "" }
        let texts = byReason.map { reason, mailboxes in
            (mailboxes[0].user, "\(mailboxes.map { "\($0.user) (\($0.email))" }.joined(separator: ", ")): \(reason)")
        }
        return texts.isEmpty ? nil : texts.sorted { $0.0 < $1.0 }.map(\.1).joined(separator: "; ")
    }
}

extension Administration {
    /// - Parameter request: learns which of its hints are taken in.
    public func progress(of request: inout PullRequest) async throws -> PullProgress {
        let done = try await store.intakePositions(group: Self.reader(of: request.company, request.pulled).rawValue)
        var progress = PullProgress(isLNRead: try isPassed(request.position, done), unread: [])
        guard !request.mailboxes.isEmpty else { return progress }
        // First the positions: what is wanted is committed with them.
        let positions = try await store.intakePositions(group: names.name(ofGroup: ConsumerGroup.exchangeReader))
        let cursors = try await store.cursors()
        let (wants, read) = (MailboxWants.kept(in: cursors), CalendarCursor.kept(in: cursors))
        let troubles = ReadingTrouble.kept(in: cursors)
        let now = try await store.now()
        for user in try await store.users().sorted(by: { $0.code < $1.code }) where user.isActive {
            guard var mailbox = request.mailboxes[user.id] else { continue }
            if case .sent(let position) = mailbox, try isPassed(position, positions) {
                mailbox = .wanted(wants[user.id]?.number ?? 0)
                request.mailboxes[user.id] = mailbox
            }
            if case .wanted(let number) = mailbox, read[user.id]?.hintsDone ?? 0 >= number { continue }
            var unread = PullProgress.Unread(user: user.code, email: user.email, isAwaited: true)
            if let standing = Self.standing(of: user, now: now) {
                (unread.reason, unread.isAwaited) = (standing, false)
            } else {
                unread.reason = (troubles[CalendarCursor.lease(of: user.id)] ?? troubles[.exchangeReader])?.text
            }
            progress.unread.append(unread)
        }
        return progress
    }

    /// Why nobody reads an active user's mailbox; `nil` where it is read.
    private static func standing(of user: SyncUser, now: Date) -> String? {
        if user.isPaused { return "he is paused: lnsync resume \(user.code)" }
        guard let quarantine = user.quarantine, quarantine.until > now else { return nil }
        return
            "his mailbox is left alone: \(quarantine.reason). It is tried again at once by lnsync resume \(user.code)"
    }

    /// Whether a reader's place is behind that.
    private func isPassed(
        _ wanted: RecordPosition, _ positions: [IntakePartition: IntakePosition]
    ) throws -> Bool {
        guard let offset = wanted.offset else {
            throw AdministrationError("Kafka did not say where the hint is: when the last pull was, lnsync status says")
        }
        let partition = IntakePartition(topic: wanted.topicPartition.topic, partition: wanted.topicPartition.partition)
        return (positions[partition]?.next ?? 0) > offset
    }
}
