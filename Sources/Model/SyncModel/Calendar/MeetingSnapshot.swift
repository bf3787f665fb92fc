/// What one side holds of a meeting, as it was last read or observed.
public enum MeetingSnapshot: Sendable, Hashable, Codable {
    case present(MeetingContent, ETag)
    case gone(MeetingEnd)

    public var content: MeetingContent? {
        if case .present(let content, _) = self { return content }
        return nil
    }

    public var etag: ETag? {
        switch self {
        case .present(_, let etag), .gone(.notHeld(let etag)): etag
        case .gone: nil
        }
    }

    public var isGone: Bool { content == nil }
}

/// How a meeting is no more on one side. Always proven: a keyed read told so (CAL-14).
public enum MeetingEnd: Sendable, Hashable {
    /// There is none, or none any more: 404.
    case absent
    /// Exchange's `isCancelled`.
    case cancelled
    /// LN's status *Not Held*; the activity is still there and has this version.
    case notHeld(ETag)
}

/// What the two sides held when they were last in step, each in its own form (CAL-10).
public enum MeetingBase: Sendable, Hashable, Codable {
    /// Never in step, or ended on both sides.
    case nothing
    case content(Content)

    public struct Content: Sendable, Hashable {
        /// A group that is unknown here was never in step.
        public var sides: Sides<MeetingContent>
        /// Groups whose value in LN has not gone to Exchange yet, though it counts as agreed (CAL-10, CAL-12); attendees that are asked for
        /// since the event was made without them.
        public var waiting: Set<FieldGroup>
        /// Groups that were never in step and are being written for the first time: Exchange's value holds (CAL-5). `sides` has what LN held
        /// before, so that a write whose answer is lost can be told from none (CAL-11).
        public var differing: Set<FieldGroup>

        public init(
            ln: MeetingContent, exchange: MeetingContent, waiting: Set<FieldGroup> = [],
            differing: Set<FieldGroup> = []
        ) {
            sides = Sides(ln: ln, exchange: exchange)
            self.waiting = waiting
            self.differing = differing
        }

        /// Both sides are there and nothing is known of what they agreed upon.
        public static let unknown = Content(ln: MeetingContent(), exchange: MeetingContent())
    }

    public var content: Content? {
        if case .content(let content) = self { return content }
        return nil
    }

    /// Whether a snapshot holds what it held when in step.
    public func holds(_ snapshot: MeetingSnapshot, on side: Side) -> Bool {
        switch (self, snapshot) {
        case (.nothing, .gone): true
        case (.content(let base), .present(let content, _)): base.sides[side] == content
        case (.nothing, .present), (.content, .gone): false
        }
    }
}
