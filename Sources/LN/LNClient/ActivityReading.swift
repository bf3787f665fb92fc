import Foundation
import SyncModel
import SyncPlanner

/// An activity's rows as a value of the model: LN's "" and 1970 are nothing, enumerations go by their members' names, and what can't
/// be used is left out and remarked upon, so that one bad row holds up no other.
struct ActivityReading {
    private let row: ODataRow
    private let attendees: [ODataRow]
    private var remarks: [String] = []

    /// `nil` where it is neither an Appointment nor a Call.
    static func kind(of row: ODataRow) throws(LNError) -> ActivityFacts.Kind? {
        switch try row.member("Type") {
        case "appointment": .appointment
        case "call": .call
        default: nil
        }
    }

    /// - Parameters:
    ///   - attendees: all of its rows.
    ///   - emails: by employee, of those whose rows have none.
    static func activity(
        _ row: ODataRow, _ kind: ActivityFacts.Kind, attendees: [ODataRow], emails: [String: EmailAddress],
        company: Company
    ) throws(LNError) -> LNActivity {
        var reading = ActivityReading(row, attendees)
        return try reading.activity(kind, emails, company)
    }

    private init(_ row: ODataRow, _ attendees: [ODataRow]) {
        self.row = row
        self.attendees = attendees
    }

    private mutating func activity(
        _ kind: ActivityFacts.Kind, _ emails: [String: EmailAddress], _ company: Company
    ) throws(LNError) -> LNActivity {
        var rows: [AttendeeRow] = []
        var etags: [Int: ETag] = [:]
        var organizer: EmailAddress?
        var modified = try row.time(LNEntitySet.modified)?.date
        for attendee in attendees {
            let known = try self.attendee(attendee)
            if known.isOrganizer, organizer == nil {
                organizer = known.address
                if organizer == nil, let code = try attendee.code("Attendee", LNUserCode.self) {
                    organizer = emails[code.rawValue]
                }
            }
            rows.append(known)
            etags[known.number] = try attendee.etag()
            if let time = try attendee.time(LNEntitySet.modified)?.date { modified = max(modified ?? time, time) }
        }
        rows.sort { $0.number < $1.number }
        let status = try row.member("Status")
        let header = try row.etag()
        let content = try content(kind, rows, organizer)
        var facts = ActivityFacts(
            kind: kind, isSynchronized: row.isOn("Synchronize"), isHeld: status == "held", rows: rows,
            meetingKey: try row.code("ExchangeId"))
        facts.hasLongText = content.body == nil && row.mapping.name(of: "Information", in: row.set) != nil
        var activity = LNActivity(
            key: ActivityKey(company: company, activity: try row.key()), etag: header, content: content, facts: facts,
            organizer: organizer, isNotHeld: status == "notheld" || status == "cancelled",
            isCreatedInLN: row.mapping.name(of: "CreatedInInforLN", in: .activities) == nil
                || row.isOn("CreatedInInforLN"),
            modified: modified, rowETags: etags, remarks: remarks)
        activity.etag = Self.etag(header, etags)
        return activity
    }

    /// LN's etag of the activity says nothing of its attendees.
    static func etag(_ header: ETag, _ rows: [Int: ETag]) -> ETag {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for (number, etag) in rows.sorted(by: { $0.key < $1.key }) {
            for byte in "\(number)=\(etag.rawValue);".utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
        }
        return ETag("\(header.rawValue) \(rows.count)-\(String(hash, radix: 16))")
    }

    // MARK: Content

    private mutating func content(
        _ kind: ActivityFacts.Kind, _ rows: [AttendeeRow], _ organizer: EmailAddress?
    ) throws(LNError) -> MeetingContent {
        var content = MeetingContent()
        content.time = try time(kind)
        content.subject = try text("Subject")
        // LN help, tccom6600m200: a call has no location.
        content.location = kind == .call ? "" : try text("Location")
        content.body = try text("Information").map { MeetingBody($0) }
        content.showAs = try showAs()
        content.sensitivity = try sensitivity()
        content.reminder = try reminder()
        content.attendees = AttendeeSet.members(of: rows, organizer: organizer)
        return LNLimits().narrow(content)
    }

    /// `nil` where the service has no such property, or the text is too long.
    private mutating func text(_ property: String) throws(LNError) -> String? {
        guard row.mapping.name(of: property, in: row.set) != nil else { return nil }
        let text = try row.text(property) ?? ""
        guard LNLimits.isTooLong(text) else { return text }
        remarks.append(
            "\(property) has \(text.utf8.count) bytes, more than \(LNLimits.longestText), and is not kept in step, nor is what "
                + "is changed of it in Outlook: shorten it")
        return nil
    }

    private mutating func time(_ kind: ActivityFacts.Kind) throws(LNError) -> MeetingTime? {
        guard let start = try row.time("StartDate")?.date else {
            remarks.append("StartDate is empty: fill it")
            return nil
        }
        var end = try row.time("EndDate")?.date
        if kind == .call, row.mapping.name(of: "DurationMinutes", in: .activities) != nil {
            end = start + Double(try row.count("DurationMinutes")) * 60
        }
        guard let end else {
            remarks.append("EndDate is empty: fill it")
            return nil
        }
        guard row.isOn("AllDay"), kind == .appointment else {
            if end < start { remarks.append("EndDate is before StartDate: correct one of them") }
            return .timed(start: start, end: end, zone: nil)
        }
        // Dates, kept as UTC midnights; the end is the day after the last.
        guard let first = CalendarDate(start.formatted(.iso8601)),
            let last = CalendarDate(max(end, start + 86400).formatted(.iso8601))
        else { return nil }
        return .allDay(start: first, end: last)
    }

    private mutating func showAs() throws(LNError) -> ShowAs? {
        let member = try row.member("ShowTimeAs")
        switch member {
        case "": return nil
        case "free": return .free
        case "tentative": return .tentative
        case "outofoffice", "oof", "away": return .outOfOffice
        case "workingelsewhere": return .workingElsewhere
        case "busy": return .busy
        default:
            remarks.append("ShowTimeAs has a member \(member) that is not known: it counts as Busy")
            return .busy
        }
    }

    /// A member that is not known counts as private: nobody is shown what he may not see.
    private mutating func sensitivity() throws(LNError) -> Sensitivity? {
        let member = try row.member("Sensitivity")
        switch member {
        case "": return nil
        case "normal", "public", "none", "notapplicable": return .normal
        case "personal": return .personal
        case "private": return .private
        case "confidential", "companyconfidential": return .confidential
        default:
            remarks.append("Sensitivity has a member \(member) that is not known: it counts as Private")
            return .private
        }
    }

    private func reminder() throws(LNError) -> Reminder? {
        guard row.mapping.name(of: "Reminder", in: .activities) != nil,
            row.mapping.name(of: "ReminderMinutes", in: .activities) != nil
        else { return nil }
        return row.isOn("Reminder") ? .minutes(max(0, try row.count("ReminderMinutes"))) : .off
    }

    // MARK: Attendees

    private mutating func attendee(_ attendee: ODataRow) throws(LNError) -> AttendeeRow {
        let number = try attendee.count("Sequence")
        let attendance = try attendee.member("Attendance")
        return AttendeeRow(
            number: number, address: try address(attendee, number),
            attendance: MeetingAttendee.Attendance(rawValue: attendance) ?? .required,
            isOrganizer: attendance == "meetingorganizer", isInvited: attendee.isOn("Invite"),
            isSent: attendee.isOn("SentToSynchronizer"), isSynchronized: attendee.isOn("Synchronized"),
            response: AttendeeResponse(rawValue: try attendee.member("AttendanceStatus")) ?? .none)
    }

    private mutating func address(_ attendee: ODataRow, _ number: Int) throws(LNError) -> EmailAddress? {
        guard let text = try attendee.code("Email", EmailAddress.self) else { return nil }
        guard let address = text.usable else {
            remarks.append(
                "Email of attendee \(number) is no e-mail address, and nobody can be invited at it: correct it")
            return nil
        }
        return address
    }
}
