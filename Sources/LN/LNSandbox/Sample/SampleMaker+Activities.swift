import Runtime

extension SampleMaker {
    /// Monday 2 March 2026 00:00 UTC: as many activities lie before it as behind it, until they are moved.
    private static let middle = 1_772_409_600

    /// Somebody who can be an attendee.
    private struct Guest {
        let type: String
        let code: String
        let name: LNValue
        let email: LNValue
    }

    private struct Guests {
        let organizers: [Guest]
        let employees: [Guest]
        let contacts: [Guest]
    }

    /// Activities of every kind, past and future: of ten, six appointments, two calls, a task, and a mailing or an e-mail.
    mutating func addActivities(_ count: Int) {
        let guests = guests()
        guard !guests.organizers.isEmpty else { return }
        for index in 0..<count {
            let type =
                switch index % 10 {
                case 0...5: "Appointment"
                case 6, 7: "Call"
                case 8: "Task"
                default: index % 20 == 9 ? "Mailing" : "Email"
                }
            addActivity("ACT" + digits(index + 1, 6), type, guests)
        }
    }

    private func guests() -> Guests {
        let active = Set(
            shop[.syncUsers].rows.map { Record(.syncUser, $0) }.filter { $0.is("Active") }.map { $0.text("User") })
        let rows = shop[.employees].rows.map { Record(.employee, $0) }
        func guest(_ row: Record) -> Guest {
            Guest(type: "Employee", code: row.text("Employee"), name: row["Name"], email: row["Email"])
        }
        let contacts = shop[.contacts].rows.map { Record(.contact, $0) }.filter {
            !$0.text("Email").isEmpty && $0.is("Active") && $0.is("OptedOut", "No")
        }
        return Guests(
            organizers: rows.filter { active.contains($0.text("User")) }.map(guest), employees: rows.map(guest),
            contacts: contacts.map {
                Guest(type: "Contact", code: $0.text("Contact"), name: $0["FullName"], email: $0["Email"])
            })
    }

    private mutating func addActivity(_ code: String, _ type: String, _ guests: Guests) {
        // One in ten is organized by an employee who may be no sync user: nobody can be invited to it.
        let organizer = happens(10) ? pick(guests.employees) : pick(guests.organizers)
        var values: [String: LNValue] = [
            "Activity": .text(code), "Type": .member(type), "Owner": .text(organizer.code),
            "AssignedTo": .text(organizer.code),
            "ShowTimeAs": .member(happens(85) ? "Busy" : pick(["Free", "Tentative", "OutOfOffice"])),
            "Sensitivity": .member(happens(6) ? pick(["Private", "Confidential"]) : "Normal"),
            "Subject": .text("\(pick(Self.subjects)): \(partnerName())"),
        ]
        if happens(70) {
            values["Reminder"] = .member("Yes")
            values["ReminderMinutes"] = .number(pick([5, 15, 30]))
        }
        if type == "Appointment", happens(80) { values["Location"] = .text(pick(Self.places)) }
        let start = addTimes(type, to: &values)
        values["Status"] = .member(status(type, isPast: start < Self.middle))
        let isCalendar = type == "Appointment" || type == "Call"
        let invited = addAttendees(of: code, organizer, isCalendar ? guests : nil)
        // The screens offer the box only with somebody invited; what was brought in may have it all the same.
        values["Synchronize"] = .member(isCalendar && happens(invited > 0 ? 88 : 25) ? "Yes" : "No")
        if happens(30) {
            values["Information"] = .text(pick(Self.texts))
            put(["Activity": .text(code), "Text": values["Information"] ?? .text("")], into: .activityTexts)
        }
        put(values, into: .activities)
    }

    /// - Returns: the start.
    private func addTimes(_ type: String, to values: inout [String: LNValue]) -> Int {
        let day = Self.middle + (randomness.next(in: -8...7) * 7 + randomness.next(in: 0...4)) * 86_400
        if type == "Appointment", happens(8) {
            values["AllDay"] = .member("Yes")
            values["StartDate"] = .time(day)
            values["EndDate"] = .time(day + randomness.next(in: 1...3) * 86_400)
            return day
        }
        // Working hours in Japan.
        let start = day + randomness.next(in: 0...8) * 3600 + pick([0, 900, 1800, 2700])
        let minutes = type == "Call" ? pick([10, 15, 30]) : pick([30, 60, 60, 90, 120])
        values["StartDate"] = .time(start)
        values["EndDate"] = .time(start + minutes * 60)
        if type == "Call" { values["DurationMinutes"] = .number(minutes) }
        return start
    }

    private func status(_ type: String, isPast: Bool) -> String {
        if type == "Task" {
            return isPast
                ? pick(["Completed", "InProcess"]) : pick(["NotStarted", "Deferred", "WaitingOnSomeoneElse"])
        }
        return isPast ? pick(["Held", "Held", "Held", "NotHeld", "Planned"]) : happens(5) ? "NotHeld" : "Planned"
    }

    /// The organizer, and where there are guests some of them.
    /// - Returns: how many are invited.
    private mutating func addAttendees(of code: String, _ organizer: Guest, _ guests: Guests?) -> Int {
        var chosen: [Guest] = []
        if let guests, happens(88) {
            for _ in 0..<randomness.next(in: 0...3) { chosen.append(pick(guests.employees)) }
            for _ in 0..<randomness.next(in: 0...3) where !guests.contacts.isEmpty {
                chosen.append(pick(guests.contacts))
            }
            if happens(8) {
                let number = String(code.dropFirst(3))
                chosen.append(
                    Guest(
                        type: "Other", code: "", name: .text("Guest \(number)"),
                        email: .text("guest\(number)@visitors.example")))
            }
        }
        var taken = [organizer.code]
        var invited = 0
        putAttendee(organizer, of: code, 1, "MeetingOrganizer", isInvited: false)
        for guest in chosen where guest.type == "Other" || !taken.contains(guest.code) {
            taken.append(guest.code)
            let isInvited = happens(90)
            if isInvited { invited += 1 }
            putAttendee(guest, of: code, taken.count, happens(80) ? "Required" : "Optional", isInvited: isInvited)
        }
        return invited
    }

    private mutating func putAttendee(
        _ guest: Guest, of code: String, _ sequence: Int, _ attendance: String, isInvited: Bool
    ) {
        put(
            [
                "Activity": .text(code), "Sequence": .number(sequence), "Type": .member(guest.type),
                "Attendee": .text(guest.code), "FullName": guest.name, "Email": guest.email,
                "Attendance": .member(attendance), "Invite": .member(isInvited ? "Yes" : "No"),
            ], into: .attendees)
    }

    private func partnerName() -> String {
        partners.isEmpty
            ? "Hokuto" : shop.value("Name", of: pick(partners).code, in: .businessPartners)?.description ?? ""
    }

    private static let subjects = [
        "商談", "見積りの説明", "新型ポンプのご紹介", "定例会議", "納期の確認", "Project review", "Price talks", "Plant visit",
        "Kundentermin", "Service contract",
    ]
    private static let places = [
        "第1会議室", "本社 3階", "Room 204", "Customer's site", "Besprechungsraum West", "Showroom",
    ]
    private static let texts = [
        "資料を持参のこと。\n前回の宿題: 納期の短縮。", "見積りは別紙。", "Bring the new catalogue.\nAsk for the drawings.",
        "Parking is behind the \"Blue House\" <gate 3>.", "Bitte Muster mitbringen – Größe M & L.",
    ]
}
