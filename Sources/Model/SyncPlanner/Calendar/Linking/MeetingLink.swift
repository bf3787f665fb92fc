public import SyncModel

/// Two rows become one (CAL-5). Nothing is written to either system in this step: what differs is merged when the row is settled,
/// once the user's plan is approved (CAL-20), and without a base Exchange's value wins.
public enum MeetingLink {
    /// The row that goes on. Its commit is conditional on the versions of both rows, ends the other's row, and fails where another row
    /// has come to name the item.
    public static func joined(_ meeting: Meeting, _ twin: Meeting) -> Meeting {
        var row = meeting
        let side = twin.onlySide
        row.observed[side] = twin.observed[side]
        row.sequence[side] = twin.sequence[side]
        switch side {
        case .exchange:
            row.event = twin.event
            row.eventFacts = twin.eventFacts
            row.owner = twin.owner
        case .ln:
            row.activity = twin.activity
            row.activityFacts = twin.activityFacts
            // Where a meeting was made LN tells (*Created in Infor LN*), whichever row goes on.
            row.birth = twin.birth
        }
        row.answers.merge(twin.answers) { own, _ in own }
        // What it names is its own now.
        if row.activity == row.eventFacts.activity { row.isCopy = false }
        // Both are there, and nothing is known of what they agreed upon. A create of unknown outcome is judged by what is read.
        row.base = .content(.unknown)
        row.endHold()
        row.asked = nil
        row.isUnlinked = false
        row.isNamed = meeting.isNamed || twin.isNamed
        row.isDue = true
        row.check = true
        return row
    }

    /// Why a parted meeting rests, and what a person can do: nothing links the two again.
    public static let partedWords =
        "it ended on one side, and what the other has stays as it is: whoever wants it on both makes a new one and deletes this"

    /// A plan parts the two sides: both stay as they are.
    public static func parted(_ meeting: Meeting) -> Meeting {
        var row = meeting
        row.base = .nothing
        row.intent = nil
        row.asked = nil
        row.endHold()
        row.isUnlinked = true
        row.isDue = false
        row.check = false
        return row
    }
}

extension Meeting {
    /// Nothing is asked any more; what is asked of a later end is another question.
    mutating func endHold() {
        if hold?.question.isOfAnEnd == true { endsAsked += 1 }
        hold = nil
    }
}
