public import SyncModel

/// The settling of calendar-worker: meetings' rows into LN and into their owners' calendars (CAL-1 to CAL-20).
public struct MeetingSettling: Sendable {
    public struct Configuration: Sendable {
        /// For times from LN where neither the event nor the mailbox names a zone (CAL-18): the company's.
        public var zone = ZoneName("UTC")
        /// A mailbox's zone is read that often.
        public var zoneInterval: Duration = .seconds(86400)
        /// After the first failure of a mailbox as a whole, the second and so on; the last holds for all further ones (USR-3). Not empty.
        public var quarantinePauses: [Duration] = [.seconds(900), .seconds(3600), .seconds(14400), .seconds(86400)]

        public init() {}
    }
}
