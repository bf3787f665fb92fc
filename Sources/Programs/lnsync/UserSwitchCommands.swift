import Administration
import CommandLine

/// *Active* of the sync users, which is LN's.
enum UserSwitchCommands {
    static let activate = command("activate", "Says where in LN a user is made active, unless he is.", isActive: true)
    static let deactivate = command(
        "deactivate", "Says where in LN a user is made inactive, unless he is.", isActive: false)

    static let importAll = Command(
        "import", "Says where in LN all LN users are taken into the list of sync users.",
        options: [.flag("json", "As JSON.")], discussion: discussion
    ) { _ in
        try await Session.withAdministration { session in try session.administration.importUsers() }
    }

    private static let discussion = """
        LN is master of MS Exchange Synchronization Users (ttaad2141m000), and no service that writes it is mapped: it is refused, with
        what to do in LN. What is saved there is taken over within a minute.
        """

    private static func command(_ name: String, _ summary: String, isActive: Bool) -> Command {
        Command(
            name, summary, arguments: [Argument("user", "the LN user code, or the e-mail address")],
            options: [.flag("json", "The user as JSON.")],
            discussion: discussion + "\nExit code 0: it is so already. 1: LN has to be changed."
        ) { invocation in
            try await Session.withAdministration { session in
                let user = try await session.administration.confirmActive(invocation.argument("user"), isActive)
                session.note("\(user.user) (\(user.email)) is \(isActive ? "active" : "inactive") already")
                if invocation.flag("json") { try session.printJSON(user) }
                return .success
            }
        }
    }
}
