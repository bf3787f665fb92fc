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
                programs have them; LNSYNC_TIME_ZONE is the zone of the times shown, LNSYNC_LN_COMPANY the company that is meant.

                Results go to standard output, remarks to standard error. With --json the result is one JSON document on one line:
                names in camelCase, times in ISO 8601 and UTC, what is not known left out. Where nothing was done it is
                {"error": "why, and what to do"}.

                EXIT CODES:
                  0   done, and nothing waits
                  1   not done, or something waits for a person
                  64  the command line is wrong
                  70  the store can't be read or written
                  78  a setting is wrong or missing
                """,
            subcommands: [
                ControlCommands.start, ControlCommands.stop, UserCommands.pause, UserCommands.resume,
                StatusCommand.status, PlanCommand.plan,
                Command(
                    "users", "The users that are synchronised.",
                    subcommands: [
                        UserCommands.list, UserSwitchCommands.activate, UserSwitchCommands.deactivate,
                        UserSwitchCommands.importAll,
                    ]),
                Command(
                    "settings", "LN's settings and our own.",
                    subcommands: [SettingsCommands.show, SettingsCommands.set]),
                Command(
                    "sync", "Pulls contacts and calendars without waiting for the next tick.",
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
        let code = await CommandLineProgram(
            root, version: ProgramVersion.current, printError: FailureText.print
        ).run(Array(CommandLine.arguments.dropFirst()))
        exit(code.code)
    }
}
