import Foundation
import Processes
import Testing

@testable import Simulation

/// Whole runs, each in a process of its own with deterministic hashing.
@Suite("Simulated runs")
struct SeedTests {
    /// A build without optimisation takes ten times as long.
    #if DEBUG
        static let seeds = 10
    #else
        static let seeds = 100
    #endif

    @Test("Whatever happens in a run, the end is right", arguments: [0, 1])
    func seeds(_ half: Int) async throws {
        let count = Self.seeds / 2
        let (first, last) = (half * count + 1, (half + 1) * count)
        let (status, output) = try await simulate("--seeds", "\(first)..\(last)", "--steps", "200")
        #expect(status == 0, "\(output)")
        #expect(output.contains("\(count) seeds of 200 steps: good"), "\(output)")
    }

    @Test("Whatever happens to calendars in a run, the end is right", arguments: 0..<5)
    func calendars(_ fifth: Int) async throws {
        let count = Self.seeds / 5
        let (first, last) = (fifth * count + 1, (fifth + 1) * count)
        let (status, output) = try await simulate("--calendar", "--seeds", "\(first)..\(last)", "--steps", "200")
        #expect(status == 0, "\(output)")
        #expect(output.contains("\(count) seeds of 200 steps: good"), "\(output)")
    }

    @Test("The same seed brings the same run", arguments: [[], ["--calendar"]], [3, 20, 77])
    func repeats(_ subject: [String], _ seed: Int) async throws {
        let arguments = subject + ["--seed", "\(seed)", "--steps", "100"]
        let (_, first) = try await simulate(arguments)
        let (_, second) = try await simulate(arguments)
        #expect(first.contains("trace "))
        #expect(first == second)
    }

    @Test("Another seed brings another run")
    func differs() async throws {
        let (_, first) = try await simulate("--seed", "1", "--steps", "20")
        let (_, second) = try await simulate("--seed", "2", "--steps", "20")
        #expect(first.split(separator: "trace ").last != second.split(separator: "trace ").last)
    }

    /// A change of the product or the simulator makes each seed another run: where the recorded one no longer notices the fault, another
    /// of the first 500 has to, and it is said that the record is old.
    @Test("A rule that is broken on purpose is noticed", arguments: PlantedFault.allCases)
    func planted(_ fault: PlantedFault) async throws {
        func found(among seeds: String) async throws -> (status: Int32, output: String) {
            try await simulate(
                "--find", "--plant", fault.rawValue, "--seeds", seeds, "--steps", "\(fault.recordedSteps)")
        }
        let seed = fault.recordedSeed
        if try await found(among: "\(seed)..\(seed)").status == 0 { return }
        let (status, output) = try await found(among: "1..500")
        #expect(status == 0, "\(output)")
        print("\(fault): seed \(seed) no longer notices it, another does; scripts/renew-seeds records that: \(output)")
    }

    @Test("A failing run prints what repeats it, and is shortened")
    func shortened() async throws {
        let (status, output) = try await simulate(
            "--seeds", "1..50", "--steps", "40", "--plant", "positionsBeforeMerge")
        #expect(status == 1)
        let lines = output.split(separator: "\n").map { $0.trimmingPrefix { $0 == " " } }
        #expect(lines.contains { $0.hasPrefix("SWIFT_DETERMINISTIC_HASHING=1 simulate --seed ") }, "\(output)")
        #expect(lines.contains { $0.hasSuffix(" --steps 40 --plant positionsBeforeMerge") }, "\(output)")
        #expect(output.contains("shortened to "), "\(output)")
    }

    @Test("Without deterministic hashing the program refuses")
    func hashing() async throws {
        let (status, output) = try await simulate("--seed", "1", environment: [:])
        #expect(status == 64)
        #expect(output.contains("SWIFT_DETERMINISTIC_HASHING=1"))
    }

    private func simulate(
        _ arguments: String..., environment: [String: String] = ["SWIFT_DETERMINISTIC_HASHING": "1"]
    ) async throws -> (status: Int32, output: String) {
        try await simulate(arguments, environment: environment)
    }

    private func simulate(
        _ arguments: [String], environment: [String: String] = ["SWIFT_DETERMINISTIC_HASHING": "1"]
    ) async throws -> (status: Int32, output: String) {
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "simulate").path
        let output = FileManager.default.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString).txt").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try await ChildProcess.start(program, arguments, environment: environment, output: output)
        let status = await child.wait()
        return (status, try String(contentsOfFile: output, encoding: .utf8))
    }
}
