public import SyncEvents

extension Topic {
    /// How what a record of this topic said is brought anew, where the record was passed over or discarded: a comparison sends nothing
    /// that its reader has sent before. `nil` where no record of it is kept.
    public var broughtAnew: String? {
        switch self {
        case .contactChanges, .contactBackfill:
            "lnsync replay --topic \(name) --mode reapply asks LN for it anew"
        case .activityChanges:
            "a change of the activity in LN brings it anew, or Active off and on again of its user in \(LNField.syncUsers), all of his "
                + "that are not over"
        case .eventChanges:
            "lnsync sync now --calendars --full reads it anew, unless it is over"
        case .exchangeNotifications:
            "lnsync sync now --calendars reads what has changed in the mailbox"
        default: nil
        }
    }
}
