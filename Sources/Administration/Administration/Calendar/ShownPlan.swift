import Cryptography
import Foundation
import SyncModel
import SyncStore

/// What of a plan is kept, so that its approval can tell what has changed since it was shown.
struct ShownPlan: Codable {
    let plan: String
    let by: String
    let at: Date
    /// Of each meeting that waits for the approval: it and the versions of both sides, hashed, by its row.
    let meetings: [String: String]

    func has(_ row: MeetingRow) -> Bool { meetings[row.id.description] == Self.hash(row) }

    /// Of each meeting of a plan that waits for approval.
    static func hashes(_ plan: CalendarPlan, _ rows: [MeetingID: MeetingRow]) -> [String: String] {
        let waiting = plan.items.filter(\.waitsForApproval).compactMap { rows[$0.meeting.id] }
        return Dictionary(waiting.map { ($0.id.description, hash($0)) }, uniquingKeysWith: { one, _ in one })
    }

    private static func hash(_ row: MeetingRow) -> String {
        let sides = Side.allCases.map { row.meeting.observed[$0].etag?.rawValue ?? "-" }.joined(separator: "\n")
        return String(SHA256.hex(Data("\(row.id)\n\(sides)".utf8)).prefix(16))
    }

    static func place(_ user: SyncUserID) -> CursorName { CursorName("plan/\(user)") }
}
