import Synchronization

/// Which two items are one meeting, and what agrees between them.
extension MeetingHistory {
    /// Compares the two halves of each meeting: what agrees is no longer one side's alone.
    func compare(_ all: [SeenMeeting.Item: SeenMeeting]) {
        state.withLock { $0.compare(all, where: { _ in true }) }
    }

    /// An activity and an event are one meeting, by their row.
    func joined(_ activity: SeenMeeting.Item, _ event: SeenMeeting.Item) {
        state.withLock { state in
            let isNew = state.partners[activity] != event
            state.join(activity, event)
            // What both held when they were linked agreed from then on.
            if isNew { state.compare(state.seen, where: { [activity, event].contains($0) }) }
        }
    }
}

extension MeetingHistory.State {
    /// What agrees with the other half, of the items that are wanted, needs no record any more.
    mutating func compare(
        _ all: [SeenMeeting.Item: SeenMeeting], where isWanted: (SeenMeeting.Item) -> Bool
    ) {
        for place in entries.keys where isWanted(place.item) {
            guard let partner = partners[place.item], let mine = all[place.item], let theirs = all[partner],
                mine.isThere, theirs.isThere, mine.values[place.group] == theirs.values[place.group]
            else { continue }
            entries[place] = nil
            entries[MeetingHistory.Place(item: partner, group: place.group)] = nil
        }
    }

    mutating func join(_ activity: SeenMeeting.Item, _ event: SeenMeeting.Item) {
        partners[activity] = event
        partners[event] = activity
    }
}
