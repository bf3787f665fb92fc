public import SyncModel

extension CalendarPolicy {
    /// As the administrator has chosen for all calendars; what concerns one mailbox stays the caller's to set.
    /// - Parameter isLinkOnly: nobody has approved the user's plan yet (CAL-20).
    public init(
        _ choices: CalendarChoices, limits: LNLimits = LNLimits(), zone: ZoneName = ZoneName("UTC"), isLinkOnly: Bool
    ) {
        self.init(limits: limits, zone: zone)
        self.isLinkOnly = isLinkOnly
        inbound =
            switch choices.inbound {
            case .all: .all
            case .category: .category(choices.inboundCategory)
            }
        privateEvents = choices.privateEvents
        privateSubject = choices.privateSubject
        activityEnding =
            switch choices.activityEnding {
            case .notHeld: .notHeld
            case .removed: .removed
            }
        // The standards are the planner's own.
        if choices.timeConflict == .ln { winners.merge([.time: .ln, .location: .ln]) { _, new in new } }
        let text: Side? =
            switch choices.textConflict {
            case .birth: nil
            case .ln: .ln
            case .exchange: .exchange
            }
        for group in [FieldGroup.subject, .body] { winners[group] = text }
    }
}
