public import Configuration
public import ExchangeGraph
import Foundation

/// Where Microsoft Graph is and who we are there.
public struct GraphSettings: Sendable {
    public var tenant: String
    public var clientID: String
    public var clientSecret: SecretFile
    public var url: String
    public var loginURL: String
    /// Requests at once for one mailbox: 1 where other roles share the app registration, 4 with one of its own.
    public var slots: Int
    public var folder: String

    public init(_ configuration: inout Configuration) {
        tenant = configuration.text("graph.tenant", "the Azure tenant's id or domain")
        clientID = configuration.text("graph.client-id", "the app registration's client id")
        clientSecret = configuration.secret(
            "graph.client-secret", "the file that holds the app registration's client secret")
        url = configuration.text("graph.url", "Microsoft Graph", standard: "https://graph.microsoft.com/v1.0")
        loginURL = configuration.text(
            "graph.login-url", "Microsoft's token service", standard: "https://login.microsoftonline.com")
        slots = configuration.integer(
            "graph.slots", "requests at once for one mailbox: 1, or up to 4 for a role with its own app registration",
            in: 1...4, standard: 1)
        folder = configuration.text(
            "graph.folder", "the contacts folder that is made in each mailbox", standard: "Infor LN")
    }
}

extension GraphSettings {
    /// What an adapter to Graph is made with.
    public func configuration(_ installation: InstallationSettings) -> GraphConfiguration {
        let secret = clientSecret
        var graph = GraphConfiguration(tenant: tenant, clientID: clientID) { try secret.read() }
        graph.graphURL = url
        graph.loginURL = loginURL
        graph.requestTimeout = installation.deadlines.exchangeRequest
        graph.maxInFlightPerMailbox = slots
        return graph
    }
}
