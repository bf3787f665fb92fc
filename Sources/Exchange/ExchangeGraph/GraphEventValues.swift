import SyncModel

/// Graph's enumerations and the model's. A value that nobody knew of when this was written is read as the nearest, and a sensitivity as
/// the one that hides most (CAL-19).
extension ShowAs {
    init(wire: String?) {
        self =
            switch wire?.lowercased() {
            case "free": .free
            case "tentative": .tentative
            case "oof": .outOfOffice
            case "workingelsewhere": .workingElsewhere
            default: .busy
            }
    }

    var wire: String {
        switch self {
        case .free: "free"
        case .tentative: "tentative"
        case .busy: "busy"
        case .outOfOffice: "oof"
        case .workingElsewhere: "workingElsewhere"
        }
    }
}

extension Sensitivity {
    init(wire: String?) {
        self = wire.map { Sensitivity(rawValue: $0.lowercased()) ?? .private } ?? .normal
    }

    var wire: String { rawValue }
}

extension MeetingAttendee.Attendance {
    init(wire: String?) { self = wire.flatMap { Self(rawValue: $0.lowercased()) } ?? .required }
}

extension AttendeeResponse {
    init(wire: String?) {
        self =
            switch wire?.lowercased() {
            case "accepted": .accepted
            case "tentativelyaccepted": .tentative
            case "declined": .declined
            default: .none
            }
    }
}
