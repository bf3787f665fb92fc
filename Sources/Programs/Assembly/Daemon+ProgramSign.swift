public import Lifecycle
public import SyncStore

extension Daemon.Context {
    /// The sign, for status, that the program runs; of several processes one gives it, the others stand by.
    /// - Parameter program: its name, as `StatusReport` names it.
    public func sign(of program: String, _ store: any SyncStore) -> any Service {
        let sign = ProgramSign(
            of: program, store, owner: installation.instance, time: time,
            duration: installation.deadlines.scaled(ProgramSign.duration),
            interval: installation.deadlines.scaled(ProgramSign.interval))
        return ServiceFunctions("sign", run: { await sign.run() })
    }
}
