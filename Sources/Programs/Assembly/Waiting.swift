import Synchronization

/// What a program waits for before its services can start.
final class Waiting: Sendable {
    private let state = Mutex<String?>(nil)

    var what: String? { state.withLock { $0 } }

    func set(_ what: String?) { state.withLock { $0 = what } }
}
