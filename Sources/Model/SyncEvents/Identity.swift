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
    public init(of content: ContactContent) throws {
        self.init(String(SHA256.hex(try EventData.encode(content)).prefix(32)))
    }
}
