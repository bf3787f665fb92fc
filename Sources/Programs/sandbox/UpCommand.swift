import CommandLine
import Foundation
import Lifecycle
import Runtime

enum UpCommand {
    static let up = Command(
        "up", "Starts the whole pipeline on this machine: broker, stand-ins, the producers, the workers.",
        options: [
            .flag("once", "Run the scenario, check the result and end."),
            .value("folder", "DIR", "Where its files go; emptied at the start (.demo)."),
            .value("seed", "N", "Of the sample shop (1)."),
            .value("data", "FILE", "A data set in place of the sample shop, as sandbox load takes it; moved to now."),
            .value("contact-workers", "N", "How many contact-workers share the work (1)."),
            .value("calendar-workers", "N", "How many calendar-workers share the work (1)."),
            .value("check", "SCRIPT", "The independent check (scripts/check-in-step)."),
        ],
        discussion: """
            What dies is started again, at most three times a minute. Ctrl-C ends it all.
            With --once the last line of standard output is one line of JSON, and the exit code says whether all is in step.
            """
    ) { invocation in
        let isOnce = invocation.flag("once")
        let demo = Demo(
            installation: try Installation(folder: absolute(invocation.option("folder") ?? ".demo")),
            seed: UInt64(try invocation.integer("seed", in: 0...Int.max) ?? 1),
            data: invocation.option("data").map(absolute),
            contactWorkers: try invocation.integer("contact-workers", in: 1...24) ?? 1,
            calendarWorkers: try invocation.integer("calendar-workers", in: 1...24) ?? 1,
            check: absolute(invocation.option("check") ?? "scripts/check-in-step"), time: SystemTime())
        return try await demo.run(isOnce: isOnce)
    }

    private static func absolute(_ path: String) -> String {
        URL(fileURLWithPath: path).standardizedFileURL.path
    }
}
