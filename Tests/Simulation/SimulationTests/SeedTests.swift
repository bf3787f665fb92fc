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

    @Test("The same seed brings the same run", arguments: [3, 20, 77])
    func repeats(_ seed: Int) async throws {
        let (_, first) = try await simulate("--seed", "\(seed)", "--steps", "100")
        let (_, second) = try await simulate("--seed", "\(seed)", "--steps", "100")
        #expect(first.contains("trace "))
        #expect(first == second)
    }

    @Test("Another seed brings another run")
    func differs() async throws {
        let (_, first) = try await simulate("--seed", "1", "--steps", "20")
        let (_, second) = try await simulate("--seed", "2", "--steps", "20")
        #expect(first.split(separator: "trace ").last != second.split(separator: "trace ").last)
    }

    @Test("A rule that is broken on purpose is noticed", arguments: PlantedFault.allCases)
    func planted(_ fault: PlantedFault) async throws {
        // Each change of the product makes every seed another run: where the recorded one no longer catches the fault, one of the
        // next has to, and is to be recorded.
        var seed = fault.recordedSeed
        while try await !isNoticed(fault, seed) {
            seed += 1
            guard seed < fault.recordedSeed + 40 else {
                Issue.record("no seed from \(fault.recordedSeed) on notices \(fault.rawValue)")
                return
            }
        }
        let (healthy, output) = try await simulate("--seed", "\(seed)", "--steps", "200")
        #expect(healthy == 0, "\(output)")
    }

    private func isNoticed(_ fault: PlantedFault, _ seed: Int) async throws -> Bool {
        let (status, output) = try await simulate("--seed", "\(seed)", "--steps", "200", "--plant", fault.rawValue)
        return status == 1 && output.split(separator: "\n").contains { $0.hasPrefix("\(fault.violated): ") }
    }

    @Test("A failing run prints what repeats it, and is shortened")
    func shortened() async throws {
        let seed = PlantedFault.positionsBeforeMerge.recordedSeed
        let (status, output) = try await simulate(
            "--seeds", "\(seed)..\(seed)", "--steps", "40", "--plant", "positionsBeforeMerge")
        #expect(status == 1)
        #expect(
            output.contains(
                "SWIFT_DETERMINISTIC_HASHING=1 simulate --seed \(seed) --steps 40 --plant positionsBeforeMerge"))
        #expect(output.contains("shortened to 0 steps"))
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
        let program = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath().deletingLastPathComponent()
            .appending(path: "simulate").path
        let output = FileManager.default.temporaryDirectory.appending(path: "simulate-\(UUID().uuidString).txt").path
        defer { try? FileManager.default.removeItem(atPath: output) }
        let child = try await ChildProcess.start(program, arguments, environment: environment, output: output)
        let status = await child.wait()
        return (status, try String(contentsOfFile: output, encoding: .utf8))
    }
}

extension PlantedFault {
    /// A seed that catches it.
    fileprivate var recordedSeed: Int {
        switch self {
        case .noIntent: 16
        case .positionsBeforeMerge: 1
        }
    }

    /// What it breaks.
    fileprivate var violated: String {
        switch self {
        case .noIntent: "I1"
        case .positionsBeforeMerge: "I12"
        }
    }
}
