/// *Show Time As*. Only what both systems may have; a reader maps the rest to the nearest.
public enum ShowAs: String, Sendable, Hashable, Codable, CaseIterable {
    case free, tentative, busy, outOfOffice, workingElsewhere
}

/// Graph's `sensitivity`, LN's domain `tccom.sens`.
public enum Sensitivity: String, Sendable, Hashable, Codable, CaseIterable {
    case normal, personal, `private`, confidential

    /// Whether the owner wants it hidden (CAL-19).
    public var isPrivate: Bool { self == .private || self == .confidential }
}

public enum Reminder: Sendable, Hashable, Codable {
    case off
    /// Before the start.
    case minutes(Int)
}

/// A meeting's text. LN has plain text; Exchange turns every text to HTML, of which this is what can be read.
public struct MeetingBody: Sendable, Hashable, Codable {
    public var text: String
    /// The HTML holds more than its text: pictures, tables, links, formatting, an online meeting's block. A plain text written
    /// over it would lose that.
    public var isRich: Bool

    public init(_ text: String, isRich: Bool = false) {
        self.text = text
        self.isRich = isRich
    }
}
