import CommandLine
import Foundation
import Runtime
import Simulation

/// `simulate`: runs of the whole pipeline in virtual time.
@main
enum SimulateProgram {
    /// How many runs shortening a failing one may take.
    private static let shorteningBudget = 300

    static func main() async {
        let command = Command(
            "simulate",
            "Runs the whole pipeline in virtual time, with random edits and faults, and checks the invariants.",
            options: [
                .value("seed", "N", "One run."), .value("seeds", "A..B", "The runs of all these seeds."),
                .value("steps", "K", "How many steps a run has (200; with --plant as recorded)."),
                .value("only", "3,7,…", "Only these of the steps: what a shortened run needs."),
                .value(
                    "plant", "FAULT",
                    "Break a rule on purpose: \(PlantedFault.allCases.map(\.rawValue).joined(separator: ", "))."),
                .flag("calendar", "Calendars are kept in step, not contacts; a planted fault says so itself."),
                .flag("intact", "With --plant: the same runs, and no rule is broken."),
                .flag("find", "Print the first of the seeds that notices the planted fault, or each of them."),
                .flag("trace", "Print all that happened."),
            ],
            discussion: "The same seed brings the same run, where SWIFT_DETERMINISTIC_HASHING=1 is set."
        ) { invocation in
            try requireDeterministicHashing()
            let planted = try invocation.choice("plant", of: PlantedFault.self)
            let wanted = try invocation.integer("steps", in: 0...100_000)
            let steps = wanted ?? planted?.recordedSteps ?? 200
            let isPlanted = !invocation.flag("intact")
            let isCalendar = invocation.flag("calendar")
            if let seed = try invocation.integer("seed", in: 0...Int.max) {
                let places = invocation.option("only").map { $0.split(separator: ",").compactMap { Int($0) } }
                let run = Run(
                    seed: UInt64(seed), steps: steps, places: places, towards: planted, isPlanted: isPlanted,
                    isCalendar: isCalendar)
                return one(run, keepsTrace: invocation.flag("trace"))
            }
            guard let (first, last) = range(invocation.option("seeds")) else {
                throw UsageError("expected --seed N or --seeds A..B")
            }
            if invocation.flag("find") {
                return find(planted.map { [$0] } ?? PlantedFault.allCases, UInt64(first)...UInt64(last), steps: wanted)
            }
            return many(first...last, steps: steps, planted, isPlanted: isPlanted, isCalendar: isCalendar)
        }
        exit(await CommandLineProgram(command, version: "1").run(Array(CommandLine.arguments.dropFirst())).code)
    }

    private static func one(_ run: Run, keepsTrace: Bool) -> ExitCode {
        let outcome = run.outcome(keepsTrace: keepsTrace)
        for line in outcome.trace { Terminal.print(line + "\n") }
        for violation in outcome.violations { Terminal.print(violation + "\n") }
        Terminal.print(
            "seed \(run.seed): \(outcome.isGood ? "good" : "\(outcome.violations.count) violations"), "
                + "\(Int(outcome.seconds)) s of virtual time, \(outcome.writes) writes, trace \(String(outcome.traceHash, radix: 16))\n"
        )
        return outcome.isGood ? .success : .failure
    }

    private static func many(
        _ seeds: ClosedRange<Int>, steps: Int, _ planted: PlantedFault?, isPlanted: Bool, isCalendar: Bool
    ) -> ExitCode {
        let progress = ProgressLine("seeds", time: SystemTime())
        for (number, seed) in seeds.enumerated() {
            progress.update(number, of: seeds.count)
            let outcome = Run(
                seed: UInt64(seed), steps: steps, towards: planted, isPlanted: isPlanted, isCalendar: isCalendar
            ).outcome()
            guard !outcome.isGood else { continue }
            progress.finish()
            for violation in outcome.violations { Terminal.print(violation + "\n") }
            let places = Run.shortest(
                seed: UInt64(seed), steps: steps, towards: planted, isPlanted: isPlanted,
                isCalendar: isCalendar, budget: shorteningBudget)
            Terminal.print(
                "seed \(seed) fails. It is repeated by\n  SWIFT_DETERMINISTIC_HASHING=1 simulate --seed \(seed) --steps \(steps)"
                    + (isCalendar ? " --calendar" : "")
                    + (planted.map { " --plant \($0.rawValue)" + (isPlanted ? "" : " --intact") } ?? "")
                    + "\nand, shortened to \(places.count) steps, by adding\n  --only \(places.map(String.init).joined(separator: ",")) --trace\n"
            )
            return .failure
        }
        progress.update(seeds.count, of: seeds.count)
        progress.finish()
        Terminal.print("\(seeds.count) seeds of \(steps) steps: good\n")
        return .success
    }

    /// Prints lines as `PlantedFault.recordedSeed` has them.
    private static func find(_ faults: [PlantedFault], _ seeds: ClosedRange<UInt64>, steps: Int?) -> ExitCode {
        var code = ExitCode.success
        for fault in faults {
            if let caught = fault.firstCaught(among: seeds, steps: steps ?? fault.recordedSteps) {
                Terminal.print("case .\(fault.rawValue): \(caught.seed)  // \(caught.invariant)\n")
            } else {
                Terminal.print("\(fault.rawValue): none of the seeds \(seeds) notices it\n")
                code = .failure
            }
        }
        return code
    }

    private static func range(_ text: String?) -> (Int, Int)? {
        guard let text, let dots = text.range(of: ".."), let first = Int(text[..<dots.lowerBound]),
            let last = Int(text[dots.upperBound...]), first <= last
        else { return nil }
        return (first, last)
    }

    /// The order of sets and dictionaries is part of a run.
    private static func requireDeterministicHashing() throws(UsageError) {
        guard ProcessInfo.processInfo.environment["SWIFT_DETERMINISTIC_HASHING"] != nil else {
            throw UsageError("set SWIFT_DETERMINISTIC_HASHING=1, or the same seed brings another run each time")
        }
    }
}
