import Foundation

/// Where a delta round of a calendar view is: what `$deltatoken` and `$skiptoken` of its links stand for. Its window stays what it was
/// when the first round began.
struct EventDeltaToken: Sendable, Hashable, Codable {
    /// Exchange forgets the tokens of earlier ones.
    let generation: UInt64
    /// The mailbox's own number.
    let mailbox: UInt64
    let calendar: Int
    let start: Date
    let end: Date
    /// All changes up to this one have been told.
    var after = 0
    /// The last change when the first round began: of what went before nothing is told; `nil` in later rounds.
    var began: Int?
    var issued: Date
    /// Empty pages that have been answered in a row.
    var emptyPages = 0

    init(generation: UInt64, mailbox: UInt64, calendar: Int, window: Range<Date>, began: Int, issued: Date) {
        self.generation = generation
        self.mailbox = mailbox
        self.calendar = calendar
        start = window.lowerBound
        end = window.upperBound
        self.began = began
        self.issued = issued
    }

    /// The codes that a forgotten token is refused with (https://learn.microsoft.com/graph/delta-query-overview and what has been seen).
    static let codes = [
        "SyncStateNotFound", "syncStateNotFound", "SyncStateInvalid", "resyncRequired", "fullSyncRequired",
    ]

    static let forgotten = GraphError(410, codes[0], "The sync state generation is not found.")

    /// - Throws: where the text is no token.
    init(_ text: String) throws(GraphError) {
        guard let data = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/")),
            let token = try? JSONDecoder().decode(EventDeltaToken.self, from: data),
            (Date.distantPast...Date.distantFuture).contains(token.start), token.end >= token.start,
            token.end.timeIntervalSince(token.start) <= GraphCall.longestWindow
        else { throw GraphError(400, "BadRequest", "Badly formed token.") }
        self = token
    }

    /// Whether a removal is news to who follows the round.
    func tells(_ change: ChangeHistory.Change) -> Bool { began.map { change.revision > $0 } ?? true }

    var window: Range<Date> { start..<end }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = (try? encoder.encode(self)) ?? Data()
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}
