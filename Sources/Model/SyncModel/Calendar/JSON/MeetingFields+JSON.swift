/// A value that this program does not know is read as the nearest one that can do no harm: another version may have written it.
extension ShowAs {
    /// An unknown one is *busy*, what a meeting is by itself.
    public init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .busy
    }
}

extension Sensitivity {
    /// An unknown one is *private*: nothing of it is shown to anybody (CAL-19).
    public init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .private
    }
}

extension MeetingAttendee.Attendance {
    /// An unknown one is *optional*, which asks least.
    public init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .optional
    }
}

extension AttendeeResponse {
    /// An unknown one is no answer: an answer that is known stays (CAL-16).
    public init(from decoder: any Decoder) throws {
        self = Self(rawValue: try decoder.singleValueContainer().decode(String.self)) ?? .none
    }
}

/// `{"isOn": true, "minutesBefore": 15}`
extension Reminder {
    private enum Member: String, CodingKey {
        case isOn, minutesBefore
    }

    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        self =
            try members.decode(Bool.self, forKey: .isOn)
            ? .minutes(try members.decode(Int.self, forKey: .minutesBefore)) : .off
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        switch self {
        case .off:
            try members.encode(false, forKey: .isOn)
        case .minutes(let minutes):
            try members.encode(true, forKey: .isOn)
            try members.encode(minutes, forKey: .minutesBefore)
        }
    }
}

/// `{"kind": "user", "user": "…"}`, `{"kind": "external"}`, `{"kind": "nobody"}`
extension MeetingOwner {
    private enum Member: String, CodingKey {
        case kind, user
    }

    /// One of an unknown kind is nobody: nothing goes out.
    public init(from decoder: any Decoder) throws {
        let members = try decoder.container(keyedBy: Member.self)
        switch try members.decode(String.self, forKey: .kind) {
        case "user": self = .user(try members.decode(SyncUserID.self, forKey: .user))
        case "external": self = .external
        default: self = .nobody
        }
    }

    public func encode(to encoder: any Encoder) throws {
        var members = encoder.container(keyedBy: Member.self)
        switch self {
        case .user(let user):
            try members.encode("user", forKey: .kind)
            try members.encode(user, forKey: .user)
        case .external: try members.encode("external", forKey: .kind)
        case .nobody: try members.encode("nobody", forKey: .kind)
        }
    }
}
