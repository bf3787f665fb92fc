import Configuration
import HTTPServer
import LNSource

/// Where LN's hints are taken.
struct HintSettings: Sendable {
    /// `nil`: nowhere.
    let listen: HTTPServer.Configuration?
    let token: SecretFile?

    /// - Parameter isRequired: the process does nothing else.
    init(_ configuration: inout Configuration, isRequired: Bool) {
        let host = configuration.text(
            "hints.host", "the address that POST /ln/hints is answered on", standard: "127.0.0.1")
        let port =
            isRequired
            ? configuration.integer("hints.port", "its port", in: 1...65535)
            : configuration.integer("hints.port", "its port; 0: LN's hints are not taken", in: 0...65535, standard: 0)
        let summary = "the bearer token that LN's hints come with"
        token =
            isRequired || port > 0
            ? configuration.secret("hints.token", summary) : configuration.optionalSecret("hints.token", summary)
        guard port > 0 else {
            listen = nil
            return
        }
        var listen = HTTPServer.Configuration()
        listen.host = host
        listen.port = UInt16(port)
        listen.maximumConnections = 256
        listen.maximumBody = HintReceiver.maximumBody
        listen.handlerTimeout = .seconds(20)
        self.listen = listen
    }
}
