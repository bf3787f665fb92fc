import Synchronization

/// What a restored store does not know: what has been made since, which is found again where its mailbox is read, and only there; what was
/// changed since and changed back, which nobody can tell from what never was.
extension MeetingHistory {
    /// - Parameter backup: when it was made.
    func restored(to backup: Duration = .zero) {
        let now = time.uptime
        state.withLock { state in
            state.restorations.append(now)
            for (item, begun) in state.begun where begun > backup { state.forgotten[item] = now }
            state.restoration = (now, backup)
            for (place, entry) in state.entries { state.compareWithBackup(entry, place) }
        }
    }

    /// Whether the store was put back to before it began.
    func isForgotten(_ item: SeenMeeting.Item) -> Bool { state.withLock { $0.forgotten[item] != nil } }

    /// We have made an event.
    /// - Parameter closed: the mailboxes that nobody could look into meanwhile.
    func isMade(_ event: SeenMeeting.Item, whileClosed closed: Set<String>) {
        // Who writes into a mailbox can look into it too.
        guard !closed.contains(event.mailbox) else { return }
        state.withLock { state in
            let hidden = state.forgotten.filter { item, restored in
                // A row that has held it since has told of it.
                closed.contains(item.mailbox) && state.known[item] ?? .zero < restored
            }
            state.hidden[event] = Set(hidden.keys)
        }
    }

    /// Whether nobody could find it when one of these others was made.
    func wasHidden(_ item: SeenMeeting.Item, from others: [SeenMeeting.Item]) -> Bool {
        state.withLock { state in others.contains { state.hidden[$0]?.contains(item) == true } }
    }
}

extension MeetingHistory.State {
    /// What users entered is no change for a store that was put back and has not seen the item since, where its backup has the same.
    mutating func compareWithBackup(_ entry: MeetingHistory.Entry, _ place: MeetingHistory.Place) {
        guard let restoration, known[place.item] ?? .zero <= restoration.at,
            former[place]?.first(where: { $0.at > restoration.backup })?.value == entry.value
        else { return }
        changedBack[place] = entry
    }
}
