import Cryptography
public import Foundation
public import SyncModel

/// What never changes about derived ids (sync rules, *Constants that never change*).
public enum Identity {
    /// UUIDv5 namespace of all derived ids.
    public static let namespace = UUID(
        uuid: (0x0d, 0x44, 0xb0, 0x55, 0x49, 0xc5, 0x4b, 0xf3, 0xa7, 0x3f, 0x8f, 0x64, 0xdc, 0x32, 0x72, 0x9e))

    /// An event's `ce_id`: the same for the same read, user and item, however often it is sent.
    public static func event(
        source: String, _ sequence: ReadSequence, _ user: SyncUserID?, item: String
    ) -> String {
        let user = user?.description ?? "-"
        return UUID(
            version5: "\(source)/\(sequence.epoch)/\(sequence.counter)/\(user)/\(item)", in: namespace
        ).uuidString.lowercased()
    }

    /// The hold of a mailbox whose contacts folder is gone.
    /// - Parameter number: how often the same folder was gone before.
    public static func vanishedFolder(_ folder: ItemID, of user: SyncUserID, number: Int) -> UUID {
        UUID(version5: "hold/vanishedFolder/\(user)/\(folder)/\(number)", in: namespace)
    }

    /// The `ce_id` of a journal entry, however often it is sent. A restored store gives its numbers anew, to entries of another time.
    public static func journalEntry(number: Int64, time: Date, item: String) -> String {
        UUID(version5: "journal/\(number)/\(time.timeIntervalSinceReferenceDate)/\(item)", in: namespace).uuidString
            .lowercased()
    }

    /// The row of a meeting that is known by its activity first.
    public static func meeting(_ activity: ActivityKey) -> MeetingID {
        MeetingID(UUID(version5: "meeting/activity/\(activity)", in: namespace))
    }

    /// The row of a meeting that is known by its event first.
    public static func meeting(_ uid: ICalUID, occurrence: String) -> MeetingID {
        MeetingID(UUID(version5: "meeting/event/\(occurrence)/\(uid)", in: namespace))
    }

    /// The row of a meeting that begins with this read of this item. An item may come to a row of another name, and go from it again: the
    /// read tells one row from another.
    public static func meeting(_ subject: MeetingSubject, first read: ReadSequence) -> MeetingID {
        MeetingID(UUID(version5: "meeting/\(subject)/\(read)", in: namespace))
    }

    /// What is asked about a meeting: the same for the same question about the same values and versions.
    /// - Parameters:
    ///   - number: how often it was asked before, and no longer asked before anybody decided.
    ///   - ends: how many holds of an end were over before this one.
    public static func hold(_ hold: MeetingHold, of meeting: MeetingID, number: Int, ends: Int = 0) throws -> UUID {
        let shown = String(decoding: try EventData.encode(hold.shown), as: UTF8.self)
        let count = hold.question.isOfAnEnd && ends > 0 ? "\(ends).\(number)" : "\(number)"
        return UUID(version5: "hold/meeting/\(meeting)/\(hold.question.rawValue)/\(count)/\(shown)", in: namespace)
    }

    /// A create's `transactionId` (CAL-11): the same for each repetition, another for each intended re-creation.
    public static func transaction(_ meeting: MeetingID, generation: Int) -> String {
        UUID(version5: "meeting/\(meeting)/\(generation)", in: namespace).uuidString.lowercased()
    }

    /// The `ce_id` of a request to invitation-worker, however often it is sent.
    public static func invitationRequest(_ meeting: MeetingID, revision: Int64) -> String {
        UUID(version5: "invitation/\(meeting)/\(revision)", in: namespace).uuidString.lowercased()
    }

    /// An intent's key: the same for the same write of a row's life.
    public static func intent(_ link: ContactLinkID, generation: Int) -> String {
        UUID(version5: "contact/\(link)/\(generation)", in: namespace).uuidString.lowercased()
    }
}

extension SyncUserID {
    /// Derived from the LN user code.
    public init(_ code: LNUserCode) {
        self.init(UUID(version5: "user/\(code)", in: Identity.namespace))
    }
}

extension ContentHash {
    /// Of a contact's canonical content.
    public init(of content: ContactContent) throws { try self.init(encoded: content) }

    /// Of all that was read of an activity: we write activities too, so that its etag is among it (architecture, *published*).
    public init(of activity: ActivityChanged) throws { try self.init(encoded: activity) }

    /// Of all that was read of an event.
    public init(of event: EventChanged) throws { try self.init(encoded: event) }

    private init(encoded value: some Encodable) throws {
        self.init(String(SHA256.hex(try EventData.encode(value)).prefix(32)))
    }
}
