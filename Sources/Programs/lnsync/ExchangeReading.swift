import Administration
import Assembly
import Configuration
import ContactSync
import ExchangeGraph
import Foundation
import HTTPClient
import Runtime
import Telemetry

/// Exchange for the one command that reads it. It writes nothing there.
enum ExchangeReading {
    /// Does the work with a comparison, where the settings say how Exchange is reached (LNSYNC_GRAPH_TENANT); without one where they
    /// don't.
    /// - Throws: `ConfigurationError` where they say a part of it.
    static func withComparison<Value>(
        _ session: Session, _ work: (ExchangeComparison?) async throws -> Value
    ) async throws -> Value {
        guard isConfigured else { return try await work(nil) }
        var configuration = Configuration(environment: ProcessInfo.processInfo.environment)
        let settings = GraphSettings(&configuration)
        let language = configuration.text(
            "language", "the language in which countries are named: en, ja", standard: "en")
        let http = HTTPSettings(&configuration)
        try configuration.finish(others: InstallationSettings.allNames)

        let client = try http.makeClient(log: .silent, time: session.time)
        do {
            let exchange = try GraphContacts(
                settings.configuration(session.settings), transport: client, metrics: Metrics(), time: session.time,
                randomness: SystemRandomness())
            let verification = ContactVerification(exchange, ContactMapping(language: language), time: session.time)
            let value = try await work { try await verification.difference(of: $0, $1, content: $2) }
            await client.close()
            return value
        } catch {
            await client.close()
            throw error
        }
    }

    private static var isConfigured: Bool {
        var configuration = Configuration(environment: ProcessInfo.processInfo.environment)
        return configuration.optionalText("graph.tenant", "the Azure tenant's id or domain") != nil
    }
}
