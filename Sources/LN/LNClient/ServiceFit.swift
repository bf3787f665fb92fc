import Synchronization

/// The mapping that a client and its copies ask by: as it was given, until it was held against the services.
final class ServiceFit: Sendable {
    private let state: Mutex<LNMapping>

    init(_ mapping: LNMapping) {
        state = Mutex(mapping)
    }

    var mapping: LNMapping { state.withLock { $0 } }

    func take(_ mapping: LNMapping) { state.withLock { $0 = mapping } }
}
