import Foundation
import LNClient
import SyncEvents
import SyncModel
import SyncStore

/// Where a reader of a company is, as its cursors in the store say.
struct Watermarks: Sendable {
    /// The sets whose changes lead to contacts, in the order of a pull.
    static let ofContacts: [LNEntitySet] = [.contacts, .addresses, .businessPartners]
    /// The sets whose changes lead to activities, in the order of a pull.
    static let ofActivities: [LNEntitySet] = [.activities, .attendees, .activityTexts]

    let company: Company
    let kind: Hint.Kind
    let sets: [LNEntitySet]
    /// The largest modification time that LN returned, never our clock.
    private(set) var changed: [LNEntitySet: Date] = [:]
    /// When the last pull began.
    var lastPull: Date?
    /// When the last comparison of all keys ended.
    var lastComparison: Date?

    init(_ company: Company, _ kind: Hint.Kind, _ cursors: [CursorName: String]) {
        self.company = company
        self.kind = kind
        sets = kind == .contact ? Self.ofContacts : Self.ofActivities
        for set in sets { changed[set] = cursors[name(of: set)].flatMap(Self.date) }
        lastPull = cursors[pullName].flatMap(Self.date)
        lastComparison = cursors[comparisonName].flatMap(Self.date)
    }

    func name(of set: LNEntitySet) -> CursorName { CursorName("watermark/\(company)/\(set.rawValue)") }
    var pullName: CursorName { CursorName("pull/\(company)/\(kind.rawValue)") }
    var comparisonName: CursorName { CursorName("comparison/\(company)/\(kind.rawValue)") }

    /// The first watermarks are recorded, of the sets that have modification times.
    var hasBegun: Bool { lastPull != nil }

    /// A watermark only rises.
    mutating func rise(_ set: LNEntitySet, to date: Date) {
        changed[set] = max(changed[set] ?? date, date)
    }

    func cursor(of set: LNEntitySet) -> (CursorName, String)? {
        changed[set].map { (name(of: set), Self.text($0)) }
    }

    static func text(_ date: Date) -> String {
        // Rounded down: what is read once more is compared by its hash.
        Date(timeIntervalSince1970: date.timeIntervalSince1970.rounded(.down)).formatted(.iso8601)
    }

    private static func date(_ text: String) -> Date? { try? Date(text, strategy: .iso8601) }
}
