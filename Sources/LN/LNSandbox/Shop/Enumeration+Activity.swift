/// The domains of activities and attendees. Their members are those of LN's help; their numbers, and the names of the sensitivities,
/// are not public and made up.
extension Enumeration {
    static let activityType = Enumeration(
        "ActivityType", ["Appointment": 1, "Call": 2, "Task": 3, "Mailing": 4, "Email": 5])
    /// The first three of appointments and calls, the others of tasks.
    static let activityStatus = Enumeration(
        "ActivityStatus",
        [
            "Planned": 1, "Held": 2, "NotHeld": 3, "NotStarted": 4, "InProcess": 5, "Deferred": 6, "Completed": 7,
            "WaitingOnSomeoneElse": 8,
        ])
    static let showTimeAs = Enumeration("ShowTimeAs", ["Free": 1, "Busy": 2, "Tentative": 3, "OutOfOffice": 4])
    static let sensitivity = Enumeration(
        "Sensitivity", ["Normal": 1, "Personal": 2, "Private": 3, "Confidential": 4])
    static let attendeeType = Enumeration("AttendeeType", ["Employee": 1, "Contact": 2, "Other": 3])
    static let attendance = Enumeration(
        "Attendance", ["Required": 1, "Optional": 2, "Resource": 3, "MeetingOrganizer": 4])
    static let attendanceStatus = Enumeration(
        "AttendanceStatus", ["None": 1, "Accepted": 2, "Tentative": 3, "Declined": 4])
}
