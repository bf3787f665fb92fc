import Foundation
import Lifecycle
import Runtime
import Telemetry

/// A program for tests of signals and exit codes. Its argument says how its service behaves; its log says what happens.
@main enum LifecycleProbe {
    static func main() async {
        let log = Logger(label: "probe", sink: JSONLogSink(levels: LogLevels(general: .debug), time: SystemTime()))
        let behaviour = CommandLine.arguments.dropFirst().first ?? ""
        var budgets = ShutdownBudgets()
        if behaviour == "late" {
            budgets.request = .milliseconds(50)
            budgets.drain = .milliseconds(100)
            budgets.shutdown = .milliseconds(200)
        }
        if behaviour == "misconfigured" { budgets.drain = .seconds(60) }
        let service = ServiceFunctions("probe") {
            log.info("ready")
        } run: {
            if behaviour == "failing" { throw POSIXError(.EIO) }
            let (nothing, _) = AsyncStream<Never>.makeStream()
            for await _ in nothing {}
        } drain: { _ in
            log.info("draining")
            // A drain that never ends, whatever cancels it.
            if behaviour == "stubborn" || behaviour == "late" {
                await withUnsafeContinuation { (_: UnsafeContinuation<Void, Never>) in }
            }
        }
        do {
            try await ServiceGroup([service], budgets: budgets, watchesSignals: true, time: SystemTime(), log: log)
                .run()
            log.info("ended")
        } catch {
            log.error("\(error)")
            exit(error.exitCode)
        }
    }
}
