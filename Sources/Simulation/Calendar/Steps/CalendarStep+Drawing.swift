import Runtime

extension CalendarStep {
    /// A step of this kind; the rest is drawn. `nil` where the kind is none of the calendar's.
    init?(_ kind: Mix.Kind, in size: World.Size, edits: [Edit], _ randomness: SeededRandomness) {
        func any(_ count: Int) -> Int { randomness.next(in: 0...(count - 1)) }
        func one<Value>(_ values: [Value]) -> Value { values[any(values.count)] }
        func isHeads() -> Bool { randomness.next() & 1 == 0 }
        func pick() -> Int { any(1000) }
        func user() -> Int { any(size.users) }
        /// Texts and times are edited more than all else.
        func edit() -> Edit {
            guard edits.isEmpty else { return one(edits) }
            return switch any(20) {
            case 0...5: .subject
            case 6...9: .time
            case 10...11: .location
            case 12...13: .body
            case 14: .showAs
            case 15: .sensitivity
            case 16: .reminder
            case 17: .allDay
            case 18: .longSubject
            default: .outOfWindow
            }
        }
        switch kind {
        case .createActivity:
            self = .createActivity(user: user(), isCall: any(4) == 0, invites: any(4) == 0)
        case .editActivity: self = .editActivity(pick: pick(), edit())
        case .endActivity: self = .endActivity(pick: pick(), one(End.allCases))
        case .bringBackActivity: self = .bringBackActivity(pick: pick())
        case .changeAttendees: self = .changeAttendees(pick: pick(), one(Attendance.allCases), whom: any(4))
        case .changeOrganizer: self = .changeOrganizer(pick: pick(), user: user())
        case .switchActivity: self = .switchSynchronize(pick: pick())
        case .switchActivities: self = .switchActivities
        case .createEvent:
            self = .createEvent(user: user(), any(3) == 0 ? one(Event.allCases) : .appointment)
        case .editEvent: self = .editEvent(user: user(), pick: pick(), edit())
        case .endEvent: self = .endEvent(user: user(), pick: pick(), forGood: isHeads())
        case .discardEvent: self = .endEvent(user: user(), pick: pick(), forGood: false)
        case .bringBackEvent: self = .bringBackEvent(user: user(), pick: pick())
        case .copyEvent: self = .copyEvent(user: user(), pick: pick())
        case .answer: self = .answer(user: user(), pick: pick(), one(Answer.allCases))
        case .outside: self = .outside(one(Outside.allCases), user: user(), pick: pick())
        case .twin: self = .twin(user: user())
        case .endMany: self = .endMany(user: user(), inLN: isHeads())
        case .touchEvents: self = .touchEvents(user: user())
        case .forgetDeltas: self = .forgetDeltas
        default: return nil
        }
    }
}
