import Administration
import CommandLine
import Foundation
import SyncModel

enum UserCommands {
    static let list = Command(
        "list", "Shows the users of MS Exchange Synchronization Users (ttaad2141m000) as they were taken over from LN.",
        options: [.flag("json", "As JSON.")]
    ) { invocation in
        try await Session.withAdministration { session in
            let users = try await session.administration.users()
            if invocation.flag("json") {
                try session.printJSON(users)
            } else if users.isEmpty {
                session.note("no users were taken over from LN yet: see lnsync start")
            } else {
                Terminal.print(text(users, session))
            }
            return .success
        }
    }

    static let pause = command(
        "pause", "Pauses one user: nothing is written to his mailbox, until lnsync resume.",
        "Effective within two seconds. What changes in LN meanwhile is remembered. In LN the user stays active.")
    static let resume = command(
        "resume", "Goes on with a paused user from where he was, or tries a quarantined mailbox now.",
        "Effective within two seconds; nothing is sent twice. A mailbox that still can't be used is quarantined again.")

    private static func command(_ name: String, _ summary: String, _ discussion: String) -> Command {
        let isPause = name == "pause"
        return Command(
            name, summary, arguments: [Argument("user", "the LN user code, or the e-mail address")],
            options: [.flag("json", "The user as JSON.")], discussion: discussion
        ) { invocation in
            try await Session.withAdministration { session in
                let name = invocation.argument("user")
                let (user, isChanged) =
                    try await isPause
                    ? session.administration.pause(name) : session.administration.resume(name)
                let word = isPause ? "paused" : "resumed"
                session.note(
                    isChanged
                        ? "\(user.user) (\(user.email)) is \(word)"
                        : "\(user.user) (\(user.email)) \(isPause ? "was paused already" : "was neither paused nor quarantined")"
                )
                if !user.isActive {
                    session.note("Active is off for him in MS Exchange Synchronization Users (ttaad2141m000)")
                }
                if invocation.flag("json") { try session.printJSON(user) }
                return .success
            }
        }
    }

    private static func text(_ users: [UserListing], _ session: Session) -> String {
        var table = Table("USER", "NAME", "E-MAIL", "ACTIVE", "STATE", "FIRST SYNC")
        for user in users {
            table.append(
                user.user.rawValue, user.name, user.email.rawValue, user.isActive ? "yes" : "no",
                user.standing.rawValue, user.baseline)
        }
        var text = table.text
        for user in users {
            if let remark = user.remark { text += "\(user.user): \(remark)\n" }
            if let left = user.leftBehind { text += Paragraph.of("\(user.user): \(left)") }
            guard let reason = user.quarantine else { continue }
            let retry = user.retry.map { "; tried again at \($0.formatted(session.dateStyle))" } ?? ""
            text += "\(user.user): \(reason)\(retry)\n"
        }
        return text
    }
}
