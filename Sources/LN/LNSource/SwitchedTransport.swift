import HTTPTypes
import SyncStore

/// Carries requests to LN while synchronisation is started: while it is stopped none is begun, whoever asks.
struct SwitchedTransport: HTTPTransport {
    let transport: any HTTPTransport
    let watch: StoreWatch

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        guard watch.snapshot.isStarted else {
            throw HTTPTransportError(.cancelled, "synchronisation is stopped", isSurelyUnsent: true)
        }
        return try await transport.send(request, timeout: timeout)
    }
}
