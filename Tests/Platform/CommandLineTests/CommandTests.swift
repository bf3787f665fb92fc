import Synchronization
import Testing

@testable import CommandLine

@Suite("A command line")
struct CommandTests {
    enum Mode: String, CaseIterable { case verify, reapply }

    final class Output: Sendable {
        let text = Mutex("")
        func append(_ more: String) { text.withLock { $0 += more } }
        var all: String { text.withLock { $0 } }
    }

    private func run(_ words: [String]) async -> (code: ExitCode, out: String, err: String) {
        let (out, err) = (Output(), Output())
        let root = Command(
            "lnsync", "Administers an installation.",
            subcommands: [
                Command("status", "Shows what waits.", options: [.flag("json", "As JSON.")]) { invocation in
                    out.append(invocation.flag("json") ? "{}\n" : "all well\n")
                    return .success
                },
                Command(
                    "replay", "Replays a topic.",
                    arguments: [Argument("topic", "which one"), Argument("key", "one key", isRequired: false)],
                    options: [.value("mode", "MODE", "verify or reapply"), .value("from", "N", "the first offset")]
                ) { invocation in
                    let mode = try invocation.choice("mode", of: Mode.self) ?? .verify
                    let from = try invocation.integer("from", in: 0...100) ?? 0
                    out.append(
                        "\(invocation.path): \(mode) \(invocation.argument("topic")) \(from) \(invocation.argument("key"))\n"
                    )
                    return .failure
                },
            ])
        let code = await CommandLineProgram(root, version: "1.0", print: out.append, printError: err.append)
            .run(words)
        return (code, out.all, err.all)
    }

    @Test("Words, options with and without =, and flags reach the command")
    func runs() async {
        #expect(await run(["status", "--json"]).out == "{}\n")
        let replay = await run(["replay", "--mode=reapply", "contacts", "--from", "7", "--", "--key"])
        #expect(replay.out == "lnsync replay: reapply contacts 7 --key\n")
        #expect(replay.code == .failure)
    }

    @Test("What is wrong is said with what was expected, and the exit code is 64")
    func usageErrors() async {
        for (words, expected) in [
            (["staus"], "“lnsync status” was probably meant"),
            (["xyzzyx"], "expected one of: status, replay"),
            (["status", "--jsno"], "--json was probably meant"),
            (["status", "more"], "“more” is one word too many"),
            (["replay"], "<topic> is missing: which one"),
            (["replay", "a", "--mode"], "option --mode needs a value: --mode MODE"),
            (["replay", "a", "--mode", "x"], "option --mode is “x”: expected one of verify, reapply"),
            (["replay", "a", "--from", "101"], "expected a whole number from 0 to 100"),
            (["replay", "a", "--from", "1", "--from", "2"], "option --from stands more than once"),
            (["status", "--json=1"], "option --json takes no value"),
        ] {
            let result = await run(words)
            #expect(result.code == .usage)
            #expect(result.err.contains(expected), "\(words): \(result.err)")
            #expect(result.out.isEmpty)
        }
    }

    @Test("Help is there at every level, and the version")
    func help() async {
        let all = await run(["--help"])
        #expect(all.code == .success)
        #expect(all.out.contains("USAGE: lnsync <command>"))
        #expect(all.out.contains("  replay  Replays a topic."))
        let one = await run(["replay", "-h"])
        #expect(one.out.contains("USAGE: lnsync replay <topic> [<key>] [--mode MODE] [--from N]"))
        #expect(one.out.contains("  --mode MODE  verify or reapply"))
        #expect(await run(["--version"]).out == "lnsync 1.0\n")
    }
}
