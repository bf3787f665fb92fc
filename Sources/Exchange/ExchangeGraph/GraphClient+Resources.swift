import ExchangeClient
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Telemetry

/// Resources of a mailbox, by the path below it.
extension GraphClient {
    /// A next link that never ends would be followed for ever.
    private static let maxPages = 10000
    /// Of a request's body.
    private static let maxBytes = 4_000_000

    /// - Parameter permission: the app's that these requests need, for the advice where it lacks it.
    /// - Throws: `.authConfig` where a URL of the configuration is none.
    init(
        _ configuration: GraphConfiguration, _ permission: String, _ transport: any HTTPTransport, _ metrics: Metrics,
        _ time: any TimeSource, _ randomness: any Randomness
    ) throws(ExchangeError) {
        let metrics = GraphMetrics(metrics)
        url = try GraphURL(configuration.graphURL)
        token = GraphToken(
            configuration, login: try GraphURL(configuration.loginURL), graph: url, transport, time, metrics)
        timeout = configuration.requestTimeout
        governor = MailboxGovernor(limit: configuration.maxInFlightPerMailbox, time)
        self.permission = permission
        self.transport = transport
        self.time = time
        self.randomness = randomness
        self.metrics = metrics
    }

    func read<Answer: Decodable>(
        _ path: [String], in mailbox: EmailAddress, _ query: [(name: String, value: String)] = [],
        prefer: [String] = []
    ) async throws(ExchangeError) -> Answer {
        let call = Call(method: .get, url: resource(path, query, mailbox), prefer: prefer)
        return try Self.decode(try await send(call, mailbox), isWrite: false)
    }

    /// All pages of a collection.
    func list<Item: Decodable>(
        _ path: [String], in mailbox: EmailAddress, _ query: [(name: String, value: String)], prefer: [String] = []
    ) async throws(ExchangeError) -> [Item] {
        var items: [Item] = []
        var page = resource(path, query, mailbox)
        for _ in 0..<Self.maxPages {
            let data = try await send(Call(method: .get, url: page, prefer: prefer), mailbox)
            let answer: GraphPage<Item> = try Self.decode(data, isWrite: false)
            items += answer.value
            guard let next = answer.nextLink else { return items }
            page = try url.checked(nextLink: next)
        }
        throw ExchangeError(.transient, "a list had more than \(Self.maxPages) pages: it was given up")
    }

    func write<Answer: Decodable>(
        _ method: HTTPMethod, _ path: [String], in mailbox: EmailAddress, _ body: some Encodable,
        prefer: [String] = [], ifMatch etag: ETag? = nil
    ) async throws(ExchangeError) -> Answer {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let data: Data
        do {
            data = try encoder.encode(body)
        } catch {
            throw ExchangeError(.invalid, "the item can't be written as JSON: \(error)")
        }
        guard data.count <= Self.maxBytes else {
            throw ExchangeError(
                .invalid,
                "body: the request has \(data.count) bytes, and Graph takes \(Self.maxBytes): shorten the text")
        }
        let call = Call(
            method: method, url: resource(path, [], mailbox), prefer: prefer, ifMatch: etag, body: data)
        return try Self.decode(try await send(call, mailbox), isWrite: true)
    }

    func delete(_ path: [String], in mailbox: EmailAddress, ifMatch etag: ETag? = nil) async throws(ExchangeError) {
        _ = try await send(Call(method: .delete, url: resource(path, [], mailbox), ifMatch: etag), mailbox)
    }

    func resource(_ path: [String], _ query: [(name: String, value: String)], _ mailbox: EmailAddress) -> String {
        url.resource(["users", mailbox.rawValue] + path, query)
    }

    static func decode<Answer: Decodable>(_ data: Data, isWrite: Bool) throws(ExchangeError) -> Answer {
        do {
            return try JSONDecoder().decode(Answer.self, from: data)
        } catch {
            throw ExchangeError(
                .transient, "Graph's answer is not as documented: \(place(error))", isOutcomeUnknown: isWrite)
        }
    }

    /// Where a decoder stumbled; never over what.
    static func place(_ error: any Error) -> String {
        let path: [any CodingKey]
        switch error as? DecodingError {
        case .keyNotFound(let key, let context)?: path = context.codingPath + [key]
        case .typeMismatch(_, let context)?, .valueNotFound(_, let context)?, .dataCorrupted(let context)?:
            path = context.codingPath
        default: path = []
        }
        return "at “\(path.map(\.stringValue).joined(separator: "."))”"
    }
}
