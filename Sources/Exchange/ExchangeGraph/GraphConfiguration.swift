/// Where Graph is, and who asks.
public struct GraphConfiguration: Sendable {
    /// Where tokens come from.
    public var loginURL = "https://login.microsoftonline.com"
    /// With the version.
    public var graphURL = "https://graph.microsoft.com/v1.0"
    /// The tenant's id or domain.
    public var tenant: String
    /// The app registration's id.
    public var clientID: String
    /// The app registration's secret, asked for with each new token: a secret that was exchanged is in force with the next one.
    public var clientSecret: @Sendable () throws -> String
    /// For one request, its wait for a free slot not counted.
    public var requestTimeout: Duration = .seconds(10)
    /// Graph allows an app 4; the roles of one app registration share them.
    public var maxInFlightPerMailbox = 1

    public init(tenant: String, clientID: String, clientSecret: @escaping @Sendable () throws -> String) {
        self.tenant = tenant
        self.clientID = clientID
        self.clientSecret = clientSecret
    }
}
