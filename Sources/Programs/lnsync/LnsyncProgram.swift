import Assembly
import CommandLine
import Foundation

/// `lnsync`: what an administrator types.
@main
enum LnsyncProgram {
    static func main() async {
        let root = Command(
            "lnsync", "Administers an installation of ln-exchange-sync.",
            discussion: """
                It works on the installation's store and on Kafka: set LNSYNC_STORE and LNSYNC_KAFKA_BOOTSTRAP as the other
                programs have them. Results go to standard output, with --json as one JSON document; exit code 0 says that it
                was done, 1 that it was not, 64 that the command line is wrong, 78 that a setting is.
                """,
            subcommands: [
                ControlCommands.start, ControlCommands.stop, UserCommands.pause, UserCommands.resume,
                StatusCommand.status,
                Command("users", "The users that are synchronised.", subcommands: [UserCommands.list]),
                Command("settings", "LN's settings and our own.", subcommands: [SettingsCommands.show]),
                Command(
                    "sync", "Pulls contacts from LN without waiting for the next tick.",
                    subcommands: [SyncCommands.now]),
                Command(
                    "item", "Explains single items.", subcommands: [ItemCommands.explain]),
                Command(
                    "dead-letters", "Records that could not be merged.",
                    subcommands: [
                        DeadLetterCommands.list, DeadLetterCommands.show, DeadLetterCommands.redrive,
                        DeadLetterCommands.discard,
                    ]),
                Command(
                    "holds", "What waits for a person.",
                    subcommands: [HoldCommands.list, HoldCommands.show, HoldCommands.approve, HoldCommands.discard]),
                ReplayCommand.replay,
                Command("group", "A consumer group's positions.", subcommands: [GroupCommands.reset]),
                Command("topics", "Kafka's topics.", subcommands: [TopicsCommands.apply]),
            ])
        let code = await CommandLineProgram(root, version: ProgramVersion.current).run(
            Array(CommandLine.arguments.dropFirst()))
        exit(code.code)
    }
}
