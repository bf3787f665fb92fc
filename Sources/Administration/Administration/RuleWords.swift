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
