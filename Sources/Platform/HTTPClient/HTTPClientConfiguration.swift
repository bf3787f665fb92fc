/// What a client needs to know besides the requests.
public struct HTTPClientConfiguration: Sendable, Hashable {
    /// Time for name, connection and TLS together.
    public var connectTimeout: Duration = .seconds(5)
    /// Requests in flight to one server (scheme, host and port); further ones wait in the order they came.
    public var maxConcurrentPerAuthority = 64
    /// A larger answer fails with `.bodyTooLarge`.
    public var maxAnswerBytes = 16 << 20
    /// A PEM file of the authorities to trust in place of the system's.
    public var caFile: String?
    /// `http://proxy.example:3128`. Without one, connections are direct: the environment's proxy variables are not read.
    public var proxy: String?

    public init() {}
}
