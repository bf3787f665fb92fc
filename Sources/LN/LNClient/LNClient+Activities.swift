public import Foundation
public import SyncModel
public import SyncPlanner

/// A page of activities.
public struct LNActivityPage: Sendable {
    /// The appointments and calls.
    public let activities: [LNActivity]
    /// All keys of the page in its order, those of tasks, mailings and e-mails among them.
    public let keys: [ActivityCode]
    /// The largest modification time of the page's activities, their attendees not counted.
    public let modified: Date?
    /// Where it goes on; `nil` where this was the last page.
    public let next: LNContinuation?
}

extension LNClient {
    /// Activities that LN changed at or after `since`, in the order of their changes, whatever *Synchronize* says. Edits of attendees and
    /// texts alone are not among them.
    public func activities(
        changedSince since: Date, after: LNContinuation? = nil, limit: Int
    ) async throws(LNError) -> LNActivityPage {
        try await page(
            try await changedRows(of: .activities, since: LNTime(since), isExpanded: true, after: after, limit: limit))
    }

    /// Activities with *Synchronize* on that end at or after a time, in the order of their codes, those behind `after`.
    public func activities(
        endingAfter time: Date, after: ActivityCode?, limit: Int
    ) async throws(LNError) -> LNActivityPage {
        try await page(
            try await rows(
                of: .activities, filter: try synchronized(endingAfter: time), isExpanded: true,
                after: after.map(Self.behind), limit: limit))
    }

    /// The codes of activities with *Synchronize* on, of whatever type, that end at or after a time, in their order, those behind `after`.
    public func activityKeys(
        endingAfter time: Date, after: ActivityCode?, limit: Int
    ) async throws(LNError) -> LNPage<ActivityCode> {
        let page = try await rows(
            of: .activities, filter: try synchronized(endingAfter: time), properties: ["Activity"],
            after: after.map(Self.behind), limit: limit)
        var codes: [ActivityCode] = []
        for row in page.elements { codes.append(try row.key()) }
        return LNPage(elements: codes, next: page.next)
    }

    /// The activities whose rows in `set`, Attendees or ActivityTexts, LN changed at or after `since`: one change a row.
    public func activityChanges(
        in set: LNEntitySet, since: Date, after: LNContinuation? = nil, limit: Int
    ) async throws(LNError) -> LNPage<LNChange<ActivityCode>> {
        let page = try await changedRows(
            of: set, since: LNTime(since),
            properties: [set.key, set.part, LNEntitySet.modified].compactMap(\.self), after: after, limit: limit)
        var changes: [LNChange<ActivityCode>] = []
        for row in page.elements {
            let part = try set.part.map { name throws(LNError) in try row.count(name) }
            changes.append(
                LNChange(code: try row.key(), part: part, modified: try row.time(LNEntitySet.modified)?.date))
        }
        return LNPage(elements: changes, next: page.next)
    }

    /// The activity as it is now; `nil`: it is proven that there is none.
    ///
    /// Asked as a filter over the set: a 404 for a row looks like that for a service that was taken away, an empty answer does not. A task
    /// is none of ours, and `refused`.
    public func activity(_ code: ActivityCode) async throws(LNError) -> LNActivity? {
        let read = try await read([code])
        if let activity = read.activities.first { return activity }
        guard read.keys.isEmpty else {
            throw LNError(.refused, "activity \(code) is neither an Appointment nor a Call: it is not kept in step")
        }
        return nil
    }

    /// These activities. One that is not among them is proven to be absent, or neither an Appointment nor a Call.
    public func activities(_ codes: [ActivityCode]) async throws(LNError) -> [LNActivity] {
        try await read(codes).activities
    }

    /// These activities, with the keys of all rows that exist of them.
    public func read(_ codes: [ActivityCode]) async throws(LNError) -> LNActivityPage {
        var activities: [LNActivity] = []
        var keys: [ActivityCode] = []
        let name = try propertyName("Activity")
        for piece in codes.pieces(of: Self.keysPerQuery) {
            let filter = ODataFilter.any(piece.map { .text(name, .equal, $0.rawValue) })
            let found = try await all(filter, expected: piece.count)
            activities += found.activities
            keys += found.keys
        }
        return LNActivityPage(activities: activities, keys: keys, modified: nil, next: nil)
    }

    /// The activities that name this event as their own (CAL-5, CAL-7). None where the service keeps no meeting keys.
    public func activities(naming uid: ICalUID) async throws(LNError) -> [LNActivity] {
        guard let name = mapping.name(of: "ExchangeId", in: .activities) else { return [] }
        return try await all(.text(name, .equal, uid.rawValue)).activities
    }

    /// The activities that begin at a time, among which a twin may be (CAL-5); all-day ones at midnight UTC of their first day.
    public func activities(startingAt time: Date) async throws(LNError) -> [LNActivity] {
        try await all(.time(try propertyName("StartDate"), .equal, LNTime(time))).activities
    }

    /// How long LN's fields are, from `$metadata` (CAL-10). Information has no bound where LN names none.
    ///
    /// Who writes calls this first: from then on the client and its copies ask for nothing that the services do not have. Where LN gives no
    /// metadata that can be read, nothing is known: LN refuses what is too long.
    /// - Throws: `LNError` that names all that nothing works without.
    public func activityLimits() async throws(LNError) -> LNLimits {
        var unchecked: [String] = []
        let report = try await report(on: LNEntitySet.ofActivities, unchecked: &unchecked)
        if let error = report.error { throw error }
        odata.fit.take(report.mapping)
        guard unchecked.isEmpty else { return LNLimits() }
        let lengths = try await odata.metadata(of: .activities).sets[mapping.name(of: .activities)]?.lengths ?? [:]
        func length(_ property: String) -> Int? { mapping.name(of: property, in: .activities).flatMap { lengths[$0] } }
        return LNLimits(subject: length("Subject"), location: length("Location"), body: length("Information"))
    }

    // MARK: Queries

    private static func behind(_ code: ActivityCode) -> LNContinuation {
        LNContinuation(place: .row(key: code.rawValue, part: nil, time: nil))
    }

    func propertyName(_ property: String, in set: LNEntitySet = .activities) throws(LNError) -> String {
        guard let name = mapping.name(of: property, in: set) else {
            throw LNError(.configuration, "\(set.rawValue) has no \(property) in the mapping")
        }
        return name
    }

    private func synchronized(endingAfter time: Date) throws(LNError) -> ODataFilter {
        .all([
            .member(
                try propertyName("Synchronize"), .equal, type: "\(mapping.service(of: .activities)).\(mapping.yesNo)",
                "Yes"), .time(try propertyName("EndDate"), .greaterOrEqual, LNTime(time)),
        ])
    }

    /// - Parameter expected: how many there are at most; no page is asked for behind the last of them.
    private func all(_ filter: ODataFilter, expected: Int = .max) async throws(LNError) -> LNActivityPage {
        var activities: [LNActivity] = []
        var keys: [ActivityCode] = []
        var after: LNContinuation?
        repeat {
            let page = try await page(
                try await rows(of: .activities, filter: filter, isExpanded: true, after: after, limit: 200))
            activities += page.activities
            keys += page.keys
            after = keys.count < expected ? page.next : nil
        } while after != nil
        return LNActivityPage(activities: activities, keys: keys, modified: nil, next: nil)
    }

    private func page(_ page: LNPage<ODataRow>) async throws(LNError) -> LNActivityPage {
        var keys: [ActivityCode] = []
        var modified: Date?
        var found: [(row: ODataRow, kind: ActivityFacts.Kind)] = []
        for row in page.elements {
            keys.append(try row.key())
            if let time = try row.time(LNEntitySet.modified)?.date { modified = max(modified ?? time, time) }
            if let kind = try ActivityReading.kind(of: row) { found.append((row, kind)) }
        }
        let attendees = try await attendees(of: found.map(\.row))
        let emails = try await organizersEmails(attendees)
        var activities: [LNActivity] = []
        activities.reserveCapacity(found.count)
        for (row, kind) in found {
            let code = try row.key(ActivityCode.self)
            activities.append(
                try ActivityReading.activity(
                    row, kind, attendees: attendees[code] ?? [], emails: emails,
                    company: mapping.company(of: .activities) ?? company))
        }
        return LNActivityPage(activities: activities, keys: keys, modified: modified, next: page.next)
    }

    /// The rows' attendees; those that the answer does not hold are read by key.
    private func attendees(of rows: [ODataRow]) async throws(LNError) -> [ActivityCode: [ODataRow]] {
        var attendees: [ActivityCode: [ODataRow]] = [:]
        var missing: [ActivityCode] = []
        for row in rows {
            let code = try row.key(ActivityCode.self)
            if let expanded = row.collection("AttendeeRefs", .attendees) {
                attendees[code] = expanded
            } else {
                missing.append(code)
            }
        }
        let name = try propertyName("Activity", in: .attendees)
        for piece in missing.pieces(of: Self.keysPerQuery) {
            let filter = ODataFilter.any(piece.map { .text(name, .equal, $0.rawValue) })
            var after: LNContinuation?
            repeat {
                let page = try await self.rows(of: .attendees, filter: filter, after: after, limit: 1000)
                for row in page.elements { attendees[try row.key(), default: []].append(row) }
                after = page.next
            } while after != nil
        }
        return attendees
    }

    /// The addresses of Meeting Organizers whose rows have none that is usable, by employee.
    private func organizersEmails(_ attendees: [ActivityCode: [ODataRow]]) async throws(LNError) -> [String:
        EmailAddress]
    {
        var codes: Set<String> = []
        for row in attendees.values.joined() where try row.member("Attendance") == "meetingorganizer" {
            guard try row.code("Email", EmailAddress.self)?.usable == nil,
                let code = try row.code("Attendee", LNUserCode.self)
            else { continue }
            codes.insert(code.rawValue)
        }
        return codes.isEmpty ? [:] : try await employeeEmails(codes)
    }
}
