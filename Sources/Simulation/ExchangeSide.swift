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
    private static let app = ProcessKind.worker.rawValue
    private static let secret = "the app's secret"
    /// Our property, as the sandbox shows it.
    private static let property = "String {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} Name LnContact"

    let sandbox: ExchangeSandbox
    /// On the way to Exchange.
    let gate = SimulatedNetwork.Gate()

    let time: VirtualTime
    let randomness: SeededRandomness

    /// - Parameter skew: how much its clock is ahead.
    init(_ addresses: [String], time: VirtualTime, skew: Duration, seed: UInt64) {
        self.time = time
        randomness = SeededRandomness(seed: seed ^ 0x0071)
        let tenant = ExchangeTenant(
            name: "hokuto.example",
            apps: Dictionary(uniqueKeysWithValues: ProcessKind.allCases.map { ($0.rawValue, Self.secret) }),
            mailboxes: Dictionary(uniqueKeysWithValues: addresses.map { ($0, .usable) }))
        sandbox = ExchangeSandbox(
            tenant, time: OutsideClock(time: time, skew: skew), randomness: SeededRandomness(seed: seed ^ 0xE8))
    }

    /// The mailboxes that can't be used as a whole.
    var brokenMailboxes: Set<String> {
        Set(((try? mailboxes()) ?? [:]).filter { $0.value.kind != "usable" }.keys.map { $0.lowercased() })
    }

    /// Requests that changed something.
    var writes: Int { sandbox.writes }

    /// A request arrives: it is in flight until its answer is there.
    /// - Parameter writes: sees what is answered.
    func arrive(_ request: HTTPRequest, _ writes: WriteCheck?) -> SimulatedNetwork.Arrival {
        switch sandbox.begin(request) {
        case .refused(let response):
            return SimulatedNetwork.Arrival(response: response)
        case .admitted(let visit):
            let response = sandbox.outcome(of: request).response
            writes?.answered(request, response)
            return SimulatedNetwork.Arrival(response: response) { [sandbox] in sandbox.end(visit) }
        }
    }

    /// The port that contact-worker has.
    func contacts(_ network: SimulatedNetwork, _ ports: SimulatedProcess.Ports) throws -> any ExchangeContacts {
        try GraphContacts(
            Self.configuration(Self.app), transport: network, metrics: Metrics(), time: ports.clock,
            randomness: ports.randomness)
    }

    /// The port that a program has for calendars, whose app registration is its own.
    func calendar(
        _ program: ProcessKind, _ network: any HTTPTransport, _ ports: SimulatedProcess.Ports
    ) throws -> any ExchangeCalendar {
        try GraphCalendar(
            Self.configuration(program.rawValue), transport: network, metrics: Metrics(), time: ports.clock,
            randomness: ports.randomness)
    }

    private static func configuration(_ app: String) -> GraphConfiguration {
        var configuration = GraphConfiguration(tenant: "hokuto.example", clientID: app) { secret }
        configuration.loginURL = "https://login.example"
        configuration.graphURL = "https://\(host)/v1.0"
        return configuration
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

    /// What the mailbox as a whole is from now on.
    func setKind(_ kind: ExchangeTenant.MailboxKind, of address: String) {
        control(.post, "mailboxes", ["address": address, "kind": kind.rawValue])
    }

    /// The next requests to a mailbox are refused, with a status and Graph's code.
    /// - Parameter method: only those with this method; `nil`: all.
    func refuse(_ address: String, count: Int, status: Int, code: String?, method: HTTPMethod? = nil) {
        var fault: [String: Any] = ["kind": "status", "mailbox": address, "count": count, "status": status]
        fault["code"] = code
        fault["method"] = method?.rawValue
        control(.post, "faults", fault)
    }

    func endRefusals() { control(.delete, "faults") }

    /// - Parameter suffix: behind the path, with a query's question mark.
    @discardableResult
    func control(
        _ method: HTTPMethod, _ path: String, suffix: String = "", _ body: [String: Any]? = nil
    ) -> HTTPResponse {
        var request = HTTPRequest(
            method: method, scheme: "https", authority: Self.host,
            target: "/sandbox/" + (path.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? path) + suffix)
        if let body {
            request.body = (try? JSONSerialization.data(withJSONObject: body, options: .sortedKeys)) ?? Data()
        }
        return sandbox.answer(request)
    }

    // MARK: What is looked at from outside

    /// An item with our property: its id, and a few of its fields.
    struct Item: Sendable, Hashable {
        let id: String
        let fields: [String: String]
    }

    /// The items with our property in our folder, by the property's value.
    func ourItems(of address: String) throws -> [String: [Item]] {
        guard let mailbox = try mailbox(address) else { return [:] }
        var items: [String: [Item]] = [:]
        for folder in mailbox.folders where folder.isOurs(in: mailbox) {
            for contact in folder.contacts {
                guard let value = contact.extended[Self.property] else { continue }
                items[value, default: []].append(Item(id: contact.id, fields: contact.fields))
            }
        }
        return items
    }

    /// Our folder's id; `nil` where there is none.
    func ourFolder(of address: String) throws -> String? {
        guard let mailbox = try mailbox(address) else { return nil }
        return mailbox.folders.first { $0.isOurs(in: mailbox) }?.id
    }

    /// The ids of the items with our property outside our folder and Deleted Items.
    func strayItems(of address: String) throws -> [String] {
        guard let mailbox = try mailbox(address) else { return [] }
        return mailbox.folders.filter { !$0.isOurs(in: mailbox) && !$0.isDeleted(in: mailbox) }
            .flatMap(\.contacts).filter { $0.extended[Self.property] != nil }.map(\.id)
    }

    private func mailbox(_ address: String) throws -> Mailbox? {
        try mailboxes().first { $0.key.lowercased() == address.lowercased() }?.value
    }

    private func mailboxes() throws -> [String: Mailbox] {
        let request = HTTPRequest(method: .get, scheme: "https", authority: Self.host, target: "/sandbox/dump")
        return try JSONDecoder().decode([String: Mailbox].self, from: sandbox.answer(request).body)
    }

    private struct Mailbox: Decodable {
        let kind: String
        let folders: [Folder]
        let defaultFolder: String
        let deletedItems: String
    }

    private struct Folder: Decodable {
        let id: String
        let displayName: String
        let parentFolderId: String
        let contacts: [StoredItem]

        func isOurs(in mailbox: Mailbox) -> Bool {
            parentFolderId == mailbox.defaultFolder && displayName == "Infor LN"
        }

        func isDeleted(in mailbox: Mailbox) -> Bool {
            id == mailbox.deletedItems || parentFolderId == mailbox.deletedItems
        }
    }

    private struct StoredItem: Decodable {
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
