import HTTPTypes
public import SyncModel
public import SyncPlanner

extension LNClient {
    /// Turns on the flags of attendees' rows, and writes their answers and the meeting key (CAL-6, CAL-7, CAL-16). What is shown already is
    /// not written.
    /// - Parameter uid: the event that the activity is to name; `nil`: as it does.
    public func mark(
        _ marks: [AttendeeMark], naming uid: ICalUID? = nil, of activity: LNActivity
    ) async throws(LNError) -> LNActivity {
        var isWritten = false
        do throws(LNError) {
            if let uid, uid != activity.facts.meetingKey {
                try await odata.write(
                    .activities,
                    OData.Write(
                        method: .patch, key: Self.key(activity.key.activity),
                        fields: mapping.named(["ExchangeId": .text(uid.rawValue)], in: .activities),
                        etag: activity.header))
                isWritten = true
            }
            for mark in marks {
                guard let row = activity.facts.rows.first(where: { $0.number == mark.number }) else { continue }
                var fields: [String: JSONValue] = [:]
                if mark.isSent, !row.isSent { fields["SentToSynchronizer"] = .text("Yes") }
                if mark.isSynchronized, !row.isSynchronized { fields["Synchronized"] = .text("Yes") }
                if let response = mark.response, response != row.response {
                    fields["AttendanceStatus"] = .text(Self.member(response))
                }
                guard !fields.isEmpty else { continue }
                try await patch(row.number, fields, of: activity)
                isWritten = true
            }
            return isWritten ? try await existing(activity.key.activity) : activity
        } catch {
            throw error.afterWriting(isWritten)
        }
    }

    // MARK: Changes

    /// Adds, changes, and switches off or deletes attendees' rows, one by one.
    func write(
        _ changes: [(EmailAddress, MeetingAttendee?)], to activity: LNActivity, _ leaving: Leaving,
        _ isWritten: inout Bool
    ) async throws(LNError) {
        var added: [NewAttendee] = []
        for (address, wanted) in changes {
            guard let row = activity.facts.rows.first(where: { !$0.isOrganizer && $0.address == address }) else {
                if let wanted, address.usable != nil {
                    added.append(NewAttendee(address, attendance: wanted.attendance))
                }
                continue
            }
            if wanted == nil, leaving == .isDeleted {
                try await delete(row.number, of: activity)
                isWritten = true
                continue
            }
            var fields: [String: JSONValue] = [:]
            if row.isInvited != (wanted?.isInvited ?? false) {
                fields["Invite"] = .text(wanted?.isInvited == true ? "Yes" : "No")
            }
            if let wanted, wanted.attendance != row.attendance {
                fields["Attendance"] = .text(Self.member(wanted.attendance))
            }
            guard !fields.isEmpty else { continue }
            try await patch(row.number, fields, of: activity)
            isWritten = true
        }
        guard !added.isEmpty else { return }
        let people = try await people(at: Set(added.map(\.address.folded)))
        for attendee in added {
            try await insert(attendee, people[attendee.address.folded] ?? .other, into: activity.key.activity)
            isWritten = true
        }
    }

    private func patch(
        _ number: Int, _ fields: [String: JSONValue], of activity: LNActivity
    ) async throws(LNError) {
        try await odata.write(
            .attendees,
            OData.Write(
                method: .patch, key: rowKey(activity.key.activity, number),
                fields: mapping.named(fields, in: .attendees), etag: activity.rowETags[number]))
    }

    private func delete(_ number: Int, of activity: LNActivity) async throws(LNError) {
        try await odata.write(
            .attendees,
            OData.Write(
                method: .delete, key: rowKey(activity.key.activity, number), etag: activity.rowETags[number]))
    }

    /// Where LN does not take the invitation (opted out, for one), he is an attendee without it (CAL-7).
    private func insert(
        _ attendee: NewAttendee, _ person: LNPerson, into activity: ActivityCode
    ) async throws(LNError) {
        var fields = attendeeFields(attendee, person)
        fields["Activity"] = .text(activity.rawValue)
        do throws(LNError) {
            try await odata.write(
                .attendees, OData.Write(method: .post, fields: mapping.named(fields, in: .attendees)))
        } catch {
            guard error.code == .refused, !error.isOutcomeUnknown, fields["Invite"] == .text("Yes") else { throw error }
            fields["Invite"] = .text("No")
            try await odata.write(
                .attendees, OData.Write(method: .post, fields: mapping.named(fields, in: .attendees)))
        }
    }

    // MARK: A new activity's rows

    /// Brings a new activity's rows to what was asked for: attendees who are missing are added, and the organizer that LN took by itself
    /// gives way to the one who is meant, whose row is the last: `isWhole`.
    /// - Parameter isNew: made a moment ago by this very call: a row that was not asked for is LN's own.
    func complete(
        _ activity: LNActivity, _ organizer: EmailAddress?, _ attendees: [NewAttendee], isNew: Bool
    ) async throws(LNError) -> LNActivity {
        if !isNew, let organizer, activity.isWhole(organizer) { return activity }
        let code = activity.key.activity
        let wanted = Self.distinct(attendees, but: organizer)
        let known = Set(activity.facts.rows.compactMap(\.address))
        let asked = Set(wanted.map(\.address.folded)).union([organizer?.folded].compactMap(\.self))
        var isWritten = false
        // LN takes the rows that come with an activity all or none: whose address it has made another of is there all the same.
        let areTaken =
            isNew
            && activity.facts.rows.contains { row in
                !row.isOrganizer && row.isSynchronized && row.address.map { !asked.contains($0.folded) } ?? true
            }
        let missing = areTaken ? [] : wanted.filter { !known.contains(EmailAddress($0.address.folded)) }
        if !missing.isEmpty {
            let people = try await people(at: Set(missing.map(\.address.folded)))
            for attendee in missing {
                try await insert(attendee, people[attendee.address.folded] ?? .other, into: code)
                isWritten = true
            }
        }
        if let organizer, activity.organizer?.folded != organizer.folded {
            try await appoint(organizer, in: activity)
            isWritten = true
        } else if let row = activity.facts.rows.first(where: \.isOrganizer), organizer != nil, !row.isSynchronized {
            try await patch(row.number, ["Synchronized": .text("Yes")], of: activity)
            isWritten = true
        }
        var complete = isWritten ? try await existing(code) : activity
        guard isNew, organizer != nil else { return complete }
        let own = complete.facts.rows.filter { row in
            !row.isOrganizer && !row.isInvited && !row.isSynchronized
                && row.address.map { !asked.contains($0.folded) } ?? true
        }
        for row in own {
            try await delete(row.number, of: complete)
        }
        if !own.isEmpty { complete = try await existing(code) }
        return complete
    }

    /// Makes another the Meeting Organizer of an activity that is there (CAL-3). The same however often it is done.
    /// - Parameter isInvited: whether who was it before takes part, as an attendee with *Invite* on.
    public func appointOrganizer(
        _ organizer: EmailAddress, of activity: LNActivity, whoWasIsInvited isInvited: Bool
    ) async throws(LNError) -> LNActivity {
        var isWritten = false
        do throws(LNError) {
            if isInvited, let row = activity.facts.rows.first(where: \.isOrganizer), !row.isInvited {
                try await patch(row.number, ["Invite": .text("Yes")], of: activity)
                isWritten = true
            }
            try await appoint(organizer, in: activity)
            isWritten = true
            return try await existing(activity.key.activity)
        } catch {
            throw error.afterWriting(isWritten)
        }
    }

    /// LN makes who was Meeting Organizer before a required attendee.
    private func appoint(_ organizer: EmailAddress, in activity: LNActivity) async throws(LNError) {
        let host = organizerFields(try await self.organizer(organizer), organizer)
        let folded = EmailAddress(organizer.folded)
        if let row = activity.facts.rows.first(where: { $0.address == folded }) {
            do throws(LNError) {
                try await patch(
                    row.number, host.filter { ["Attendance", "Invite", "Synchronized"].contains($0.key) }, of: activity)
                return
            } catch {
                // A row of his from before he was an employee is a contact's or another's: it gives way.
                guard error.code == .refused, !error.isOutcomeUnknown else { throw error }
                try await delete(row.number, of: activity)
            }
        }
        var fields = host
        fields["Activity"] = .text(activity.key.activity.rawValue)
        try await odata.write(.attendees, OData.Write(method: .post, fields: mapping.named(fields, in: .attendees)))
    }

    func organizerFields(_ host: LNPerson, _ address: EmailAddress) -> [String: JSONValue] {
        [
            "Type": .text(host.type), "Attendee": .text(host.code), "Email": .text(address.rawValue),
            "Attendance": .text("MeetingOrganizer"), "Invite": .text("No"), "Synchronized": .text("Yes"),
            "SentToSynchronizer": .text("No"),
        ]
    }

    func attendeeFields(_ attendee: NewAttendee, _ person: LNPerson) -> [String: JSONValue] {
        var isInvited = true
        if case .contact(_, hasOptedOut: true) = person { isInvited = false }
        var fields: [String: JSONValue] = [
            "Type": .text(person.type), "Email": .text(attendee.address.rawValue),
            "Attendance": .text(Self.member(attendee.attendance)), "Invite": .text(isInvited ? "Yes" : "No"),
            "Synchronized": .text("Yes"), "SentToSynchronizer": .text("No"),
        ]
        if person.code.isEmpty {
            if let name = attendee.name { fields["FullName"] = .text(String(name.prefix(Self.nameLength))) }
        } else {
            fields["Attendee"] = .text(person.code)
        }
        if attendee.response != .none { fields["AttendanceStatus"] = .text(Self.member(attendee.response)) }
        return fields
    }

    /// LN's Full Name is longer; nobody's name is.
    private static let nameLength = 100

    /// Each usable address once, the organizer's not.
    static func distinct(_ attendees: [NewAttendee], but organizer: EmailAddress?) -> [NewAttendee] {
        var seen: Set<String> = organizer.map { [$0.folded] } ?? []
        return attendees.compactMap { attendee in
            guard let address = attendee.address.usable, seen.insert(address.rawValue).inserted else { return nil }
            var attendee = attendee
            if attendee.address.folded != address.rawValue { attendee.address = address }
            return attendee
        }
    }

    private func rowKey(_ code: ActivityCode, _ number: Int) -> String {
        let activity = mapping.name(of: "Activity", in: .attendees) ?? "Activity"
        let sequence = mapping.name(of: "Sequence", in: .attendees) ?? "Sequence"
        return "(\(activity)='\(code.rawValue.replacing("'", with: "''"))',\(sequence)=\(number))"
    }

    private static func member(_ attendance: MeetingAttendee.Attendance) -> String {
        attendance.rawValue.prefix(1).uppercased() + attendance.rawValue.dropFirst()
    }

    private static func member(_ response: AttendeeResponse) -> String {
        response.rawValue.prefix(1).uppercased() + response.rawValue.dropFirst()
    }
}

extension LNActivity {
    /// Whether all rows that a create of ours asked for have been there: the organizer's is written with them or after them, with
    /// *Synchronized* on. Who is missing since was taken out by a user.
    public func isWhole(_ organizer: EmailAddress) -> Bool {
        facts.rows.contains { $0.isSynchronized && $0.address?.folded == organizer.folded }
    }
}
