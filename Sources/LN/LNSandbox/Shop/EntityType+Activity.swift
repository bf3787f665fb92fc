extension EntityType {
    /// tccom600, sessions tccom6100m000 (all), tccom6600m100 (appointment) to m500: the fields that a customer's service shows.
    /// Lengths are those of LN's domains where they are known.
    static let activity = EntityType(
        .activities, "Activity", table: "tccom600", key: ["Activity"],
        [
            .text("Activity", 9), .member("Type", .activityType, "Appointment"), .text("Subject", 120),
            .text("Location", 60), .time("StartDate"), .time("EndDate"), .number("DurationMinutes", 0...59_999),
            .member("AllDay", .yesNo, "No"), .member("Status", .activityStatus, "Planned"),
            .member("ShowTimeAs", .showTimeAs, "Busy"), .member("Sensitivity", .sensitivity, "Normal"),
            .member("Reminder", .yesNo, "No"), .number("ReminderMinutes", 0...1_000_000), .multiline("Information"),
            .text("BusinessPartner", 9), .text("Contact", 9), .text("Opportunity", 9), .text("Owner", 9),
            .text("AssignedTo", 9), .computed("Guid", 22), .member("CreatedInInforLN", .yesNo, "Yes"),
            .member("Synchronize", .yesNo, "No"), .text("ExchangeId", 255), .text("ExchangeChangeKey", 255),
            .modification, .computed("LastModifiedBy", 16),
        ],
        navigations: [
            ("BusinessPartnerRef", "BusinessPartner", .businessPartners), ("ContactRef", "Contact", .contacts),
            ("OwnerRef", "Owner", .employees), ("AssignedToRef", "AssignedTo", .employees),
        ], collections: [("AttendeeRefs", "Activity", .attendees)])

    /// tccom605, session tccom6105m000. `Attendee` is an employee's or a contact's code by `Type`.
    static let attendee = EntityType(
        .attendees, "Attendee", table: "tccom605", key: ["Activity", "Sequence"],
        [
            .text("Activity", 9), .number("Sequence", 0...999_999), .member("Type", .attendeeType, "Employee"),
            .text("Attendee", 9), .text("FullName", 152), .text("Email", 100), .text("Phone", 32),
            .member("Attendance", .attendance, "Required"), .member("AttendanceStatus", .attendanceStatus, "None"),
            .member("Invite", .yesNo, "No"), .member("Synchronized", .yesNo, "No"),
            .member("SentToSynchronizer", .yesNo, "No"), .modification,
        ], navigations: [("ActivityRef", "Activity", .activities)])

    /// The text behind an activity's `Information`. LN keeps texts in a table of their own (tttxt010): whoever edits one changes that
    /// row's modification time and not the activity's.
    static let activityText = EntityType(
        .activityTexts, "ActivityText", table: "tttxt010", key: ["Activity"],
        [.text("Activity", 9), .multiline("Text"), .modification])
}
