import SyncModel

/// What a read tells of a write of unknown outcome (CAL-11).
struct IntentOutcome {
    var base: MeetingBase
    /// Groups whose values may be a user's or ours.
    var doubt: Set<FieldGroup> = []

    /// Of the meeting's intent, which is past its deadline; without one, what it was.
    init(_ meeting: Meeting) {
        base = meeting.base
        guard let write = meeting.intent?.write else { return }
        let read = meeting.observed[write.side]
        switch write.change {
        case .create(let written):
            // Found: made by us, whatever a user has changed of it since. Who brings an activity back changes nothing of what was agreed.
            if !read.isGone, let source = write.source { base = .content(.init(write.side, written, source)) }
        case .end(.replaced):
            // A person has approved it: whoever did it, the next is to be made.
            if read.isGone { base = .nothing }
        case .end:
            // The same version: not written. Else ended by us or by a user, or ended and brought back.
            if read.isGone || read.etag != write.etag { doubt = [.time] }
        case .update(let written):
            update(write, written, read)
        }
    }

    private mutating func update(_ write: MeetingWrite, _ written: [FieldGroup: FieldValue], _ read: MeetingSnapshot) {
        guard read.etag != write.etag || read.isGone, var content = base.content else { return }
        guard case .present(let now, _) = read else {
            // Whether it was written before it went, nobody can tell.
            for group in written.keys {
                content.sides.ln[group] = nil
                content.sides.exchange[group] = nil
            }
            base = .content(content)
            doubt = Set(written.keys)
            return
        }
        for (group, value) in written {
            if now[group] != value { doubt.insert(group) }
            // Reads as before: not written. Anything else: written, and changed by a user since.
            guard now[group] == value || now[group] != content.sides[write.side][group] else { continue }
            content.agree(on: group, write.side, value, other: write.source?[group])
        }
        base = .content(content)
    }
}

extension MeetingBase.Content {
    /// Both sides hold this of a group: nothing of it waits or differs any more.
    mutating func agree(on group: FieldGroup, _ side: Side, _ value: FieldValue?, other: FieldValue?) {
        sides[side][group] = value
        sides[side.other][group] = other
        waiting.remove(group)
        differing.remove(group)
    }

    /// What a create on `side` made, and of what. An event is made without LN's attendees, who are asked for since: they wait.
    init(_ side: Side, _ made: MeetingContent, _ source: MeetingContent) {
        self.init(ln: side == .ln ? made : source, exchange: side == .ln ? source : made)
        guard side == .exchange, let attendees = source.attendees else { return }
        for (address, attendee) in attendees
        where made.attendees?[address] != MeetingAttendee(attendee.attendance) {
            waiting.insert(.attendee(address))
        }
    }
}
