import Foundation
import LNSandbox
import Runtime
import SyncModel

/// What LN's and Outlook's users do with meetings. Whatever text or time they enter, nobody has entered before.
struct CalendarUsers {
    let world: World

    /// Texts that their owner hides contain it (CAL-19, I10).
    static let hush = "hush"

    func take(_ step: CalendarStep) {
        switch step {
        case .createActivity(let user, let isCall, let invites):
            inLN { createActivity(by: user, isCall: isCall, inviting: invites ? [invited(user + 1)] : []) }
        case .editActivity(let pick, let edit):
            guard let activity = activity(pick, where: \.isThere) else { return }
            inLN { world.ln.editActivity(activity.code, fields(edit, of: activity)) }
        case .endActivity(let pick, let end):
            guard let activity = activity(pick, where: \.isThere) else { return }
            inLN { self.end(activity.code, end) }
        case .bringBackActivity(let pick):
            guard let activity = activity(pick, where: { !$0.isThere || $0.isHeld }) else { return }
            inLN { world.ln.editActivity(activity.code, ["Status": "Planned"]) }
        case .changeAttendees(let pick, let attendance, let whom):
            guard let activity = activity(pick, where: \.isThere) else { return }
            inLN { change(activity.code, attendance, whom) }
        case .changeOrganizer(let pick, let user):
            guard let activity = activity(pick, where: \.isThere) else { return }
            inLN { makeOrganizer(user, of: activity.code) }
        case .switchSynchronize(let pick):
            guard let activity = activity(pick, where: \.isThere) else { return }
            inLN {
                world.ln.editActivity(activity.code, ["Synchronize": activity.isSynchronized ? "No" : "Yes"])
            }
        case .switchActivities: world.ln.switchMember("SynchronizeActivities", .comParameters, "")
        case .createEvent(let user, let event): inOutlook(user) { create(event, in: $0) }
        case .editEvent(let user, let pick, let edit):
            guard let event = event(pick, of: user, where: { $0.isThere && !$0.isSeries }) else { return }
            inOutlook(user) { world.exchange.editEvent(event.id, body(edit, of: event), in: $0) }
        case .endEvent(let user, let pick, let forGood):
            guard let event = event(pick, of: user, where: \.isThere) else { return }
            inOutlook(user) { world.exchange.deleteEvent(event.id, in: $0, forGood: forGood) }
        case .bringBackEvent(let user, let pick):
            guard let event = event(pick, of: user, where: { !$0.isThere }) else { return }
            inOutlook(user) { world.exchange.act("move", on: event.id, ["calendar": "calendar"], in: $0) }
        case .copyEvent(let user, let pick):
            guard let event = event(pick, of: user, where: { $0.isThere && !$0.isSeries && !$0.isPrivate }) else {
                return
            }
            inOutlook(user) { world.exchange.act("copy", on: event.id, in: $0) }
        case .answer(let user, let pick, let answer):
            guard let event = event(pick, of: user, where: { $0.isThere && !$0.isOrganizers }) else { return }
            inOutlook(user) { world.exchange.act("answer", on: event.id, ["response": answer.rawValue], in: $0) }
        case .outside(let what, let user, let pick): outside(what, user, pick)
        case .twin(let user): enterTwice(user)
        case .endMany(let user, let inLN): endMany(user, inLN: inLN)
        case .touchEvents(let user): world.exchange.touchEvents(of: LNSide.address(user))
        case .forgetDeltas: world.exchange.forgetDeltas("resyncRequired")
        }
    }

    private func inLN(_ act: () -> Void) { world.user(in: .ln, act) }

    private func inOutlook(_ user: Int, _ act: (String) -> Void) {
        let address = LNSide.address(user)
        world.user(in: .mailbox(address)) { act(address) }
    }

    // MARK: Which

    private func activity(_ pick: Int, where condition: (SeenMeeting) -> Bool) -> SeenMeeting? {
        one(pick, of: world.scenes[.ln].values.filter(condition))
    }

    private func event(_ pick: Int, of user: Int, where condition: (SeenMeeting) -> Bool) -> SeenMeeting? {
        one(pick, of: world.scenes[.mailbox(LNSide.address(user))].values.filter(condition))
    }

    private func one(_ pick: Int, of meetings: [SeenMeeting]) -> SeenMeeting? {
        meetings.isEmpty ? nil : meetings.sorted { $0.item < $1.item }[pick % meetings.count]
    }

    private func invited(_ number: Int) -> LNSide.Invited {
        switch number % 4 {
        case 0: .user(number % world.size.users)
        case 1: .colleague
        case 2: .contact
        default: .stranger
        }
    }

    // MARK: Values

    /// A text that is another one each time: its first word.
    private func text(_ prefix: String, isSecret: Bool = false) -> String {
        "\(isSecret ? Self.hush : "")\(prefix)\(world.history.number()) talk"
    }

    /// Half an hour that begins at another minute each time, some soon and most later.
    private func slot(days: Int? = nil) -> (start: Date, end: Date) {
        let number = world.history.number()
        let days = days ?? 1 + number % 20
        let isSoon = number % 12 == 0 && days < 100
        let midnight = (VirtualTime.start.timeIntervalSince1970 / 86400).rounded(.down) * 86400
        let minute = (world.time.now.timeIntervalSince1970 / 60).rounded(.down) * 60
        let start =
            isSoon
            ? Date(timeIntervalSince1970: minute + 1800)
            : Date(timeIntervalSince1970: midnight + Double(days) * 86400 + Double(number % 1300) * 60)
        return (start, start + 1800)
    }

    /// Beyond the window's end (CAL-4).
    private static let far = 2000

    private static func ln(_ date: Date) -> String { date.formatted(.iso8601) }

    private static func graph(_ date: Date) -> [String: String] {
        ["dateTime": String(date.formatted(.iso8601).dropLast()), "timeZone": "UTC"]
    }

    private static func day(_ date: Date, plus days: Int = 0) -> Date {
        Date(timeIntervalSince1970: (date.timeIntervalSince1970 / 86400).rounded(.down) * 86400 + Double(days) * 86400)
    }

    private static let showAs = ["Free", "Busy", "Tentative", "OutOfOffice"]

    // MARK: LN

    private func createActivity(by user: Int, isCall: Bool, inviting attendees: [LNSide.Invited]) {
        var fields: [String: Any] = ["Subject": text("L"), "Information": text("L")]
        let (start, end) = slot()
        fields["StartDate"] = Self.ln(start)
        if isCall {
            fields["Type"] = "Call"
            fields["DurationMinutes"] = 30
        } else {
            fields["EndDate"] = Self.ln(end)
            fields["Location"] = text("L")
        }
        world.ln.createActivity(fields, by: user, inviting: attendees.map(LNSide.invitation))
    }

    private func fields(_ edit: CalendarStep.Edit, of activity: SeenMeeting) -> [String: Any] {
        let number = world.history.number()
        switch edit {
        case .subject: return ["Subject": text("L")]
        case .longSubject: return ["Subject": text("L") + String(repeating: "x", count: 90)]
        case .location: return activity.isCall ? ["Subject": text("L")] : ["Location": text("L")]
        case .body: return ["Information": text("L")]
        case .raggedBody: return ["Information": text("L") + " \nover"]
        case .showAs: return ["ShowTimeAs": Self.showAs[number % 4]]
        case .sensitivity: return ["Sensitivity": ["Normal", "Personal"][number % 2]]
        case .reminder: return number % 4 == 0 ? ["Reminder": "No"] : ["Reminder": "Yes", "ReminderMinutes": number]
        case .time, .outOfWindow, .allDay:
            let (start, end) = slot(days: edit == .outOfWindow ? Self.far : nil)
            if activity.isCall { return ["StartDate": Self.ln(start), "DurationMinutes": 20] }
            guard edit == .allDay else {
                return ["StartDate": Self.ln(start), "EndDate": Self.ln(end), "AllDay": "No"]
            }
            return [
                "StartDate": Self.ln(Self.day(start)), "EndDate": Self.ln(Self.day(start, plus: 1)), "AllDay": "Yes",
            ]
        }
    }

    private func end(_ code: String, _ end: CalendarStep.End) {
        switch end {
        case .notHeld: world.ln.editActivity(code, ["Status": "NotHeld"])
        case .held: world.ln.editActivity(code, ["Status": "Held"])
        case .deleted: world.ln.deleteActivity(code)
        }
    }

    private func change(_ code: String, _ attendance: CalendarStep.Attendance, _ whom: Int) {
        let rows = world.ln.attendees(of: code)
        switch attendance {
        case .invited: world.ln.invite(invited(whom), to: code)
        case .switchedOff:
            if !rows.isEmpty { world.ln.editAttendee(rows[whom % rows.count], ["Invite": "No"]) }
        case .removed: if !rows.isEmpty { world.ln.deleteAttendee(rows[whom % rows.count]) }
        }
    }

    private func makeOrganizer(_ user: Int, of code: String) {
        world.ln.invite(.user(user), to: code)
        let row = world.ln.attendees(of: code).first {
            world.ln.sandbox.shop.value("Attendee", of: $0, in: .attendees) == .text(LNSide.employee(user))
        }
        if let row { world.ln.editAttendee(row, ["Attendance": "MeetingOrganizer"]) }
    }

    // MARK: Outlook

    private func create(_ event: CalendarStep.Event, in address: String) {
        var body = texts(isSecret: event == .private)
        let (start, end) = slot()
        body["start"] = Self.graph(event == .allDay ? Self.day(start) : start)
        body["end"] = Self.graph(event == .allDay ? Self.day(start, plus: 1) : end)
        body["isAllDay"] = event == .allDay
        switch event {
        case .private: body["sensitivity"] = "private"
        case .meeting, .draft:
            body["attendees"] = [LNSide.colleague, LNSide.address(0), LNSide.address(1), LNSide.stranger]
                .filter { $0 != address }.map { ["emailAddress": ["address": $0], "type": "required"] }
        case .series:
            body["recurrence"] = [
                "pattern": ["type": "daily", "interval": 1],
                "range": [
                    "type": "numbered", "startDate": String(Self.ln(start).prefix(10)), "numberOfOccurrences": 3,
                ],
            ]
        case .appointment, .allDay: break
        }
        world.exchange.createEvent(body, in: address, isSilent: event == .draft)
    }

    private func texts(isSecret: Bool) -> [String: Any] {
        [
            "subject": text("X", isSecret: isSecret),
            "body": ["contentType": "text", "content": text("X", isSecret: isSecret)],
            "location": ["displayName": text("X", isSecret: isSecret)],
        ]
    }

    private func body(_ edit: CalendarStep.Edit, of event: SeenMeeting) -> [String: Any] {
        let number = world.history.number()
        let isSecret = event.isPrivate && event.isOrganizers && isBornInExchange(event)
        switch edit {
        case .subject: return ["subject": text("X", isSecret: isSecret)]
        case .longSubject: return ["subject": text("X", isSecret: isSecret) + String(repeating: "x", count: 150)]
        case .location: return ["location": ["displayName": text("X", isSecret: isSecret)]]
        case .body: return ["body": ["contentType": "text", "content": text("X", isSecret: isSecret)]]
        case .raggedBody:
            return ["body": ["contentType": "text", "content": text("X", isSecret: isSecret) + " \nover"]]
        case .showAs: return ["showAs": ["free", "busy", "tentative", "oof"][number % 4]]
        case .sensitivity:
            guard event.isOrganizers, isBornInExchange(event) else {
                // Who is invited does not show what the organizer hides.
                if event.values.values.contains(where: Secrecy.isTold) { return ["sensitivity": "private"] }
                return ["sensitivity": ["normal", "personal"][number % 2]]
            }
            // What was hidden stays so: who shows the event again has given it other texts.
            return event.isPrivate
                ? texts(isSecret: false).merging(["sensitivity": "normal"]) { given, _ in given }
                : ["sensitivity": number % 3 == 0 ? "private" : "personal"]
        case .reminder:
            return number % 4 == 0
                ? ["isReminderOn": false] : ["isReminderOn": true, "reminderMinutesBeforeStart": number]
        case .time, .outOfWindow, .allDay:
            let (start, end) = slot(days: edit == .outOfWindow ? Self.far : nil)
            let isAllDay = edit == .allDay
            return [
                "start": Self.graph(isAllDay ? Self.day(start) : start),
                "end": Self.graph(isAllDay ? Self.day(start, plus: 1) : end), "isAllDay": isAllDay,
            ]
        }
    }

    private func isBornInExchange(_ event: SeenMeeting) -> Bool {
        event.names == nil && world.history.isEntered(event.item) && !world.history.isTwin(event.item)
    }

    // MARK: Both

    private func outside(_ what: CalendarStep.Outside, _ user: Int, _ pick: Int) {
        let address = LNSide.address(user)
        let uid = what == .invitation ? "outside-\(world.history.number())" : nil
        let known = world.scenes[.mailbox(address)].values.filter {
            $0.isThere && $0.organizer == "eva@customer.example"
        }
        guard let uid = uid ?? one(pick, of: Array(known))?.uid else { return }
        var body = texts(isSecret: false)
        let (start, end) = slot()
        body["start"] = Self.graph(start)
        body["end"] = Self.graph(end)
        let others = pick % 2 == 0 ? [address] : world.users
        body["attendees"] = others.map { ["emailAddress": ["address": $0], "type": "required"] }
        world.user(in: .mailbox(address)) {
            world.exchange.outside(what == .cancellation ? "cancellations" : "invitations", uid: uid, body)
        }
    }

    private func enterTwice(_ user: Int) {
        let (subject, address) = (text("T"), LNSide.address(user))
        let (start, end) = slot()
        var code: String?
        inLN {
            code = world.ln.createActivity(
                ["Subject": subject, "StartDate": Self.ln(start), "EndDate": Self.ln(end), "Location": text("L")],
                by: user, inviting: [])
        }
        guard let code else { return }
        inOutlook(user) { _ in
            let event = world.exchange.createEvent(
                ["subject": subject, "start": Self.graph(start), "end": Self.graph(end)], in: address)
            if let event {
                world.history.areTwins(.activity(code), .event(mailbox: address, id: event))
            }
        }
    }

    private func endMany(_ user: Int, inLN isLN: Bool) {
        let address = LNSide.address(user)
        if isLN {
            let mine = world.scenes[.ln].values.filter { $0.isThere && $0.organizer == address }.map(\.code)
            inLN { for code in mine.sorted() { world.ln.deleteActivity(code) } }
        } else {
            let mine = world.scenes[.mailbox(address)].values.filter { $0.isThere && $0.isOrganizers }.map(\.id)
            inOutlook(user) { for id in mine.sorted() { world.exchange.deleteEvent(id, in: $0, forGood: false) } }
        }
    }
}

extension SeenMeeting {
    /// Of an activity.
    var code: String { if case .activity(let code) = item { code } else { "" } }

    /// Of an event.
    var id: String { if case .event(_, let id) = item { id } else { "" } }
}
