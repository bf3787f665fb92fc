import Foundation

/// The ids that a mailbox's folders and items have on the wire: opaque, case-sensitive, with the characters that Exchange's have.
enum ItemID: Sendable, Hashable {
    /// A folder's; it never changes.
    case folder(Int)
    /// An item's that stays the same wherever the item goes (`Prefer: IdType="ImmutableId"`).
    case immutable(Int)
    /// An item's that is good only as long as the item is in that folder.
    case bound(Int, folder: Int)
    case calendar(Int)
    /// An event's that stays the same wherever the event goes.
    case event(Int)
    /// An event's that is good only as long as the event is in that calendar.
    case boundEvent(Int, calendar: Int)
    /// That of a series' occurrence, by its day.
    case occurrence(Int, day: Int)

    enum Failure: Error {
        case malformed
        /// An id of another mailbox.
        case foreign
    }

    private var parts: (prefix: String, folder: Int, number: Int) {
        switch self {
        case .folder(let number): ("AQMkAD", 0, number)
        case .immutable(let number): ("AAkALg", 0, number)
        case .bound(let number, let folder): ("AAMkAD", folder, number)
        case .calendar(let number): ("AQMkAE", 0, number)
        case .event(let number): ("AAkALh", 0, number)
        case .boundEvent(let number, let calendar): ("AAMkAE", calendar, number)
        case .occurrence(let number, let day): ("AAkALi", day, number)
        }
    }

    /// - Parameter mailbox: the mailbox's own number, which makes its ids differ from all others'.
    func text(in mailbox: UInt64) -> String {
        let (prefix, folder, number) = parts
        let bytes = [mailbox, UInt64(folder), UInt64(number)].flatMap { word in
            (0..<8).map { UInt8(truncatingIfNeeded: word >> (56 - 8 * $0)) }
        }
        return prefix
            + Data(bytes).base64EncodedString().replacing("+", with: "-").replacing("/", with: "_") + "AAA="
    }

    init(_ text: String, in mailbox: UInt64) throws(Failure) {
        guard text.utf8.count == 42, text.hasSuffix("AAA="),
            let data = Data(
                base64Encoded: String(text.dropFirst(6).dropLast(4)).replacing("-", with: "+")
                    .replacing("_", with: "/")), data.count == 24
        else { throw .malformed }
        let words = [0, 8, 16].map { start in
            data.dropFirst(start).prefix(8).reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
        }
        guard words[0] == mailbox else { throw .foreign }
        guard let folder = Int(exactly: words[1]), let number = Int(exactly: words[2]) else { throw .malformed }
        switch text.prefix(6) {
        case "AQMkAD": self = .folder(number)
        case "AAkALg": self = .immutable(number)
        case "AAMkAD": self = .bound(number, folder: folder)
        case "AQMkAE": self = .calendar(number)
        case "AAkALh": self = .event(number)
        case "AAMkAE": self = .boundEvent(number, calendar: folder)
        case "AAkALi": self = .occurrence(number, day: folder)
        default: throw .malformed
        }
    }
}
