import ExchangeClient
import ExchangeGraph
import ExchangeSandbox
import Foundation
import HTTPTypes
import Runtime
import SyncModel
import Telemetry

/// Exchange in a run: its stand-in's rules, the way a process reaches it, and what its users see.
final class ExchangeSide: Sendable {
    static let host = "graph.example"
    private static let app = "contact-worker"
    private static let secret = "the app's secret"
    /// Our property, as the sandbox shows it.
    private static let property = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact"

    let sandbox: ExchangeSandbox
    /// On the way to Exchange.
    let gate = SimulatedNetwork.Gate()

    init(_ addresses: [String], time: VirtualTime, seed: UInt64) {
        let tenant = ExchangeTenant(
            name: "hokuto.example", apps: [Self.app: Self.secret],
            mailboxes: Dictionary(uniqueKeysWithValues: addresses.map { ($0, .usable) }))
        sandbox = ExchangeSandbox(
            tenant, time: TrueClock(time: time), randomness: SeededRandomness(seed: seed ^ 0xE8))
    }

    /// Requests that changed something.
    var writes: Int { sandbox.writes }

    /// A request arrives: it is in flight until its answer is there.
    func arrive(_ request: HTTPRequest) -> SimulatedNetwork.Arrival {
        switch sandbox.begin(request) {
        case .refused(let response):
            return SimulatedNetwork.Arrival(response: response)
        case .admitted(let visit):
            let response = sandbox.outcome(of: request).response
            return SimulatedNetwork.Arrival(response: response) { [sandbox] in sandbox.end(visit) }
        }
    }

    /// The port that contact-worker has.
    func contacts(_ network: SimulatedNetwork, _ ports: SimulatedProcess.Ports) throws -> any ExchangeContacts {
        var configuration = GraphConfiguration(tenant: "hokuto.example", clientID: Self.app) { Self.secret }
        configuration.loginURL = "https://login.example"
        configuration.graphURL = "https://\(Self.host)/v1.0"
        return try GraphContacts(
            configuration, transport: network, metrics: Metrics(), time: ports.clock, randomness: ports.randomness)
    }

    // MARK: What happens to it

    /// All items of a mailbox get another etag, as Exchange does it now and then by itself.
    func touchItems(of address: String) {
        for folder in (try? mailbox(address))?.folders ?? [] {
            for item in folder.contacts { control(.post, "mailboxes/\(address)/contacts/\(item.id)/touch") }
        }
    }

    /// No token handed out so far is good any more.
    func expireTokens() { control(.post, "tokens/expire") }

    private func control(_ method: HTTPMethod, _ path: String) {
        _ = sandbox.answer(
            HTTPRequest(
                method: method, scheme: "https", authority: Self.host,
                target: "/sandbox/" + (path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path)))
    }

    // MARK: What is looked at from outside

    /// The items with our property that a user sees outside Deleted Items, by the property's value; of each a few fields.
    func linkedItems(of address: String) throws -> [String: [[String: String]]] {
        guard let mailbox = try mailbox(address) else { return [:] }
        var items: [String: [[String: String]]] = [:]
        for folder in mailbox.folders where folder.id != mailbox.deletedItems {
            for contact in folder.contacts {
                guard let value = contact.extended[Self.property] else { continue }
                items[value, default: []].append(contact.fields)
            }
        }
        return items
    }

    private func mailbox(_ address: String) throws -> Mailbox? {
        let request = HTTPRequest(method: .get, scheme: "https", authority: Self.host, target: "/sandbox/dump")
        let dump = try JSONDecoder().decode([String: Mailbox].self, from: sandbox.answer(request).body)
        return dump.first { $0.key.lowercased() == address.lowercased() }?.value
    }

    private struct Mailbox: Decodable {
        let folders: [Folder]
        let deletedItems: String
    }

    private struct Folder: Decodable {
        let id: String
        let contacts: [Item]
    }

    private struct Item: Decodable {
        struct Address: Decodable {
            let address: String
        }

        struct Place: Decodable {
            let city: String?
        }

        let id: String
        let extended: [String: String]
        let displayName: String?
        let jobTitle: String?
        let companyName: String?
        let emailAddresses: [Address]?
        let businessAddress: Place?

        var fields: [String: String] {
            [
                "displayName": displayName ?? "", "jobTitle": jobTitle ?? "", "companyName": companyName ?? "",
                "email": emailAddresses?.first?.address ?? "", "businessCity": businessAddress?.city ?? "",
            ]
        }
    }
}
