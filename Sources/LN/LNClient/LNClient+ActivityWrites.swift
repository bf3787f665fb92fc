import HTTPTypes
public import SyncModel

/// Writes of activities. Each names the versions that it was planned on (If-Match): what was changed meanwhile is `changedMeanwhile`, and
/// nothing of it is written. An answer that is lost is an error with `isOutcomeUnknown`: both sides are read before anything else is done.
extension LNClient {
    /// Makes an activity for an event of Outlook's (CAL-7): *Created in Infor LN* off, *Synchronize* on, attendees as employees, else as
    /// contacts, else as others. An activity that names `meetingKey` already is an attempt of ours that was not heard of: it is completed.
    /// - Parameters:
    ///   - meetingKey: the event; `nil` only where nobody may ask again.
    ///   - organizer: the sync user who becomes Meeting Organizer, an employee of LN's; `nil`: whoever LN takes.
    ///   - attendees: all others.
    ///   - others: activities that are other meetings', though they may name `meetingKey`: none of them is completed.
    /// - Returns: the activity as LN has it now.
    public func createActivity(
        _ content: MeetingContent, kind: ActivityFacts.Kind, meetingKey: ICalUID?, organizer: EmailAddress?,
        attendees: [NewAttendee], besides others: Set<ActivityKey> = []
    ) async throws(LNError) -> LNActivity {
        if let meetingKey {
            guard mapping.keepsMeetingKeys else {
                throw LNError(
                    .configuration,
                    "Activities has no ExchangeId: no activity is made for an event of Outlook's (docs/ln-service.md)")
            }
            let made = try await activities(naming: meetingKey).filter { !$0.isNotHeld && !others.contains($0.key) }
            if let made = made.min(by: { $0.key.activity < $1.key.activity }) {
                return try await complete(made, organizer, attendees, isNew: false)
            }
        }
        var fields = try content.fields(kind)
        fields.set("Type", .text(kind == .call ? "Call" : "Appointment"))
        fields.set("CreatedInInforLN", .text("No"))
        fields.set("Synchronize", .text("Yes"))
        if let meetingKey { fields.set("ExchangeId", .text(meetingKey.rawValue)) }
        let host: LNPerson? = if let organizer { try await self.organizer(organizer) } else { nil }
        let code = try await insert(fields, host, organizer, attendees)
        do throws(LNError) {
            return try await complete(try await existing(code), organizer, attendees, isNew: true)
        } catch {
            throw error.afterWriting()
        }
    }

    /// What becomes of the row of an attendee who takes part no more.
    public enum Leaving: Sendable {
        case losesInvite
        /// Nothing is to tell that he was there (CAL-19).
        case isDeleted
    }

    /// Writes these groups: attendees' rows are added and changed too.
    public func updateActivity(
        _ activity: LNActivity, _ changes: [FieldGroup: FieldValue], whoLeaves leaving: Leaving = .losesInvite
    ) async throws(LNError) -> LNActivity {
        var fields = ActivityFields(activity.facts.kind)
        for value in changes.values { try fields.set(value) }
        return try await write(fields, changes, to: activity, leaving)
    }

    /// Ends an activity: *Not Held*, or deleted. One that is gone already is ended.
    public func endActivity(_ activity: LNActivity, _ ending: MeetingWrite.Ending) async throws(LNError) {
        switch ending {
        case .notHeld:
            try await odata.write(
                .activities,
                OData.Write(
                    method: .patch, key: Self.key(activity.key.activity),
                    fields: mapping.named(["Status": .text("NotHeld")], in: .activities), etag: activity.header))
        case .removed:
            do throws(LNError) {
                try await odata.write(
                    .activities,
                    OData.Write(method: .delete, key: Self.key(activity.key.activity), etag: activity.header))
            } catch {
                guard error.code == .notFound else { throw error }
                // A service that was taken away says the same.
                guard try await self.activity(activity.key.activity) == nil else { throw error }
            }
        case .replaced:
            throw LNError(.refused, "an activity is not replaced: its organizer is changed in it")
        }
    }

    /// Brings a *Not Held* activity back with this content: *Planned*.
    public func reviveActivity(_ activity: LNActivity, _ content: MeetingContent) async throws(LNError) -> LNActivity {
        var fields = try content.fields(activity.facts.kind)
        fields.set("Status", .text("Planned"))
        var changes: [FieldGroup: FieldValue] = [:]
        if let wanted = content.attendees {
            let known = activity.content.attendees ?? [:]
            for address in Set(known.keys).union(wanted.keys) where known[address] != wanted[address] {
                changes[.attendee(address)] = .attendee(wanted[address])
            }
        }
        return try await write(fields, changes, to: activity)
    }

    // MARK: Pieces

    static func key(_ code: ActivityCode) -> String { "('\(code.rawValue.replacing("'", with: "''"))')" }

    /// The activity, which was there a moment ago.
    func existing(_ code: ActivityCode) async throws(LNError) -> LNActivity {
        guard let activity = try await activity(code) else {
            throw LNError(.notFound, "activity \(code) was deleted meanwhile")
        }
        return activity
    }

    /// The fields in one request, then attendee by attendee.
    private func write(
        _ fields: ActivityFields, _ changes: [FieldGroup: FieldValue], to activity: LNActivity,
        _ leaving: Leaving = .losesInvite
    ) async throws(LNError) -> LNActivity {
        var isWritten = false
        do throws(LNError) {
            let named = mapping.named(fields.values, in: .activities)
            if !named.isEmpty {
                try await odata.write(
                    .activities,
                    OData.Write(
                        method: .patch, key: Self.key(activity.key.activity), fields: named, etag: activity.header))
                isWritten = true
            }
            var attendees: [(EmailAddress, MeetingAttendee?)] = []
            for case (.attendee(let address), .attendee(let attendee)) in changes {
                attendees.append((address, attendee))
            }
            try await write(attendees.sorted { $0.0 < $1.0 }, to: activity, leaving, &isWritten)
            return try await existing(activity.key.activity)
        } catch {
            throw error.afterWriting(isWritten)
        }
    }

    /// - Returns: the code that LN gave it.
    private func insert(
        _ fields: ActivityFields, _ host: LNPerson?, _ organizer: EmailAddress?, _ attendees: [NewAttendee]
    ) async throws(LNError) -> ActivityCode {
        var write = OData.Write(method: .post, fields: mapping.named(fields.values, in: .activities))
        if case .employee(_, let user?)? = host, let identity = odata.makerIdentity {
            write.identity = identity.replacing("*", with: user)
        }
        if mapping.takesDeepInserts, let navigation = mapping.name(of: "AttendeeRefs", in: .activities) {
            var rows: [[String: JSONValue]] = []
            if let host, let organizer { rows.append(organizerFields(host, organizer)) }
            let others = Self.distinct(attendees, but: organizer)
            let people = try await people(at: Set(others.map(\.address.folded)))
            rows += others.map { attendeeFields($0, people[$0.address.folded] ?? .other) }
            var deep = write
            deep.fields[navigation] = .rows(rows.map { mapping.named($0, in: .attendees) })
            do throws(LNError) {
                return try code(of: try await odata.write(.activities, deep))
            } catch {
                // One attendee that LN refuses takes all with him: then they come one by one.
                guard error.code == .refused, !error.isOutcomeUnknown else { throw error }
            }
        }
        return try code(of: try await odata.write(.activities, write))
    }

    private func code(of row: ODataRow?) throws(LNError) -> ActivityCode {
        guard let row else {
            throw LNError(
                .invalidAnswer, "LN made an activity and does not say which: Prefer return=representation is not heard",
                isOutcomeUnknown: true)
        }
        do throws(LNError) {
            return try row.key()
        } catch {
            throw error.afterWriting()
        }
    }
}
