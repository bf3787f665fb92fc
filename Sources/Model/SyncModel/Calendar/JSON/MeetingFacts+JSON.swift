extension ActivityFacts {
    private enum Member: String, CodingKey {
        case kind, isSynchronized, isHeld, organizer, rows, meetingKey, hasLongText
    }

    /// An activity of a kind that this program does not know is not synchronized, as LN's other kinds are not (CAL-1).
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        let kind = Kind(rawValue: try members.decode(String.self, forKey: .kind))
        self.init(
            kind: kind ?? .appointment,
            isSynchronized: try members.decode(Bool.self, forKey: .isSynchronized) && kind != nil,
            isHeld: try members.decode(Bool.self, forKey: .isHeld),
            organizer: try members.decodeIfPresent(SyncUserID.self, forKey: .organizer),
            rows: try members.decode([AttendeeRow].self, forKey: .rows),
            meetingKey: try members.decodeIfPresent(ICalUID.self, forKey: .meetingKey))
        hasLongText = try members.decodeIfPresent(Bool.self, forKey: .hasLongText) ?? false
    }

    /// What hardly any activity has is not named where it has not.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(kind, forKey: .kind)
        try members.encode(isSynchronized, forKey: .isSynchronized)
        try members.encode(isHeld, forKey: .isHeld)
        try members.encodeIfPresent(organizer, forKey: .organizer)
        try members.encode(rows, forKey: .rows)
        try members.encodeIfPresent(meetingKey, forKey: .meetingKey)
        if hasLongText { try members.encode(true, forKey: .hasLongText) }
    }
}

extension EventFacts {
    private enum Member: String, CodingKey {
        case isRecurring, isOnline, isDraft, categories, hasKnownContact, activity, responses
    }

    /// The same facts have the same bytes: categories are sorted.
    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        try members.encode(isRecurring, forKey: .isRecurring)
        try members.encode(isOnline, forKey: .isOnline)
        try members.encode(isDraft, forKey: .isDraft)
        try members.encode(categories.sorted(), forKey: .categories)
        try members.encode(hasKnownContact, forKey: .hasKnownContact)
        try members.encodeIfPresent(activity, forKey: .activity)
        try members.encode(responses, forKey: .responses)
    }
}
