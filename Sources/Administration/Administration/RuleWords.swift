/// The rules that the journal names, in words for someone who knows LN.
enum RuleWords {
    static func of(_ rule: String) -> String? { words[rule] }

    private static let words = [
        "CON-1": "which contacts go out: those with Synchronize on, to every active sync user, when they change in LN",
        "CON-2": "where they go: a contacts folder of their own; the user's own contacts are never touched",
        "CON-3": "which fields go out, and how they are written in Exchange",
        "CON-4":
            "what is written: nothing where nothing differs, else all mapped fields; edits made in Outlook never go to LN",
        "CON-5":
            "what is removed: Synchronize off, inactive or deleted in LN; and what a user deleted or moved in Outlook himself",
        "CON-6": "the guard: more removals than usual wait for a person (lnsync holds)",
        "CON-7": "copies that are in a mailbox already are found by their mark and not made twice",
        "CAL-1":
            "which meetings are kept in step: Appointments and Calls with Synchronize on, and Outlook's events as settings say",
        "CAL-2": "a meeting is written in its organizer's calendar only; attendees get theirs from Exchange",
        "CAL-3": "a meeting that somebody else organizes: nothing that LN's users do to it goes out",
        "CAL-4": "what is past, or too far ahead, rests",
        "CAL-5":
            "an activity and an event that are one meeting are linked before anything is made; several that could be it ask a person",
        "CAL-6":
            "an activity of LN's is made in its organizer's calendar; Sent to Synchronizer and Synchronized are set in LN",
        "CAL-7": "an event of Outlook's is made in LN as an Appointment, once, however many mailboxes show it",
        "CAL-8":
            "who takes part: LN's attendees with Invite or Synchronized on; nobody leaves Outlook unless LN's user took him out",
        "CAL-9":
            "what changed on one side is taken to the other, field by field; of two changes time and place are Outlook's, the text is that of the side where the meeting was made",
        "CAL-10":
            "values are compared as LN can hold them; LN's text is never written over a text that Outlook has formatted",
        "CAL-11": "nothing is written before it was read; a write whose outcome is not known is looked for",
        "CAL-12": "what is not worth a mail to the attendees waits for the next change that is",
        "CAL-13": "what we wrote ourselves is not taken for a change",
        "CAL-14":
            "an end must be proven; changed on the other side, or more than usual, it waits for a person; what is held or past stays",
        "CAL-15": "another organizer in LN: the old meeting is cancelled and a new one made, when a person says so",
        "CAL-16": "answers come from Exchange, and never go back to None",
        "CAL-17": "recurring meetings are kept as they are",
        "CAL-18": "times are instants with the user's zone; all-day meetings are dates",
        "CAL-19": "a private event shows in LN only when it is and how it shows",
        "CAL-20":
            "nothing is written for a newly activated user before a person has approved his plan: meetings are only linked",
        "INV-1": "what mails is done by the invitation worker alone",
        "INV-3": "nobody is told of what is past",
        "SET-1": "LN is master of its settings and sync users; our own are set with lnsync settings set",
        "SET-2": "when contacts are pulled: the interval is aligned to the clock",
        "SET-3": "start, stop, pause, and the switches in LN: what is off rests, and nothing is deleted",
        "USR-1": "a mailbox serves one active user; e-mail addresses are matched ignoring case",
        "USR-2": "an employee and his sync user should name one mailbox; a difference is reported",
        "USR-3":
            "a mailbox that can't be used is left alone and tried again after 15 minutes, 1 hour, 4 hours, then daily",
        "USR-4": "a user that is made active again is linked with his copies, not given others",
        "DeadLetter": "a record that could not be merged waits for a person (lnsync dead-letters)",
        "GroupReset": "somebody moved the positions at which a group reads (lnsync group reset)",
        "Hold": "something waits for a person (lnsync holds)",
        "Offsets": "the log is not the one that was read before, or lost its beginning: what it feeds is sent anew",
    ]
}
