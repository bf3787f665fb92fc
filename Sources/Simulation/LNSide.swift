import Foundation
import HTTPTypes
import LNClient
import LNSandbox
import Runtime
import SyncModel
import Synchronization

/// LN in a run: its stand-in's rules, and the users who work with it.
final class LNSide: Sendable {
    let sandbox: LNSandbox
    private let installation: LNInstallation
    let randomness: SeededRandomness
    private let size: World.Size
    private let edits = Mutex(0)
    private let created = Mutex(0)
    /// Called when a request has been answered and its answer is on the way.
    let onRead = Mutex<(@Sendable (HTTPRequest) -> Void)?>(nil)

    static let host = "ln.example"

    /// - Parameter skew: how much its clock is ahead.
    init(_ size: World.Size, time: VirtualTime, skew: Duration, seed: UInt64) throws {
        self.size = size
        var shop = LNShop()
        let before = Int(time.now.timeIntervalSince1970) - 3600
        _ = try shop.insert(
            ["Country": .text("SWE"), "Description": .text("Sweden"), "ISOCodeAlpha2": .text("SE")], into: .countries,
            at: before)
        _ = try shop.insert(
            ["AddressCode": .text("A1"), "City": .text("Uppsala"), "Country": .text("SWE")], into: .addresses,
            at: before)
        _ = try shop.insert(
            ["BusinessPartner": .text("B1"), "Name": .text("Hokuto")], into: .businessPartners, at: before)
        for number in 1...size.contacts {
            _ = try shop.insert(
                [
                    "Contact": .text(Self.code(number - 1)), "FirstName": .text("Ann"),
                    "LastName": .text("Number\(number)"), "Email": .text("ann\(number)@hokuto.example"),
                    "BusinessPartner": .text("B1"), "WorkAddress": .text("A1"),
                    "Synchronize": .member(number % 4 == 0 ? "No" : "Yes"),
                ], into: .contacts, at: before)
        }
        for number in 1...size.users {
            _ = try shop.insert(
                [
                    "User": .text(Self.user(number - 1)), "Name": .text("User \(number)"),
                    "Active": .member(number > size.users - size.newcomers ? "No" : "Yes"),
                    "Email": .text(Self.address(number - 1)),
                ], into: .syncUsers, at: before)
        }
        _ = try shop.update(
            ["ContactPullInterval": .number(1), "ContactPullIntervalUnit": .member("Minute")], in: .syncSettings,
            at: before)
        if size.isCalendar { try Self.addCalendar(to: &shop, size, at: before) }
        var installation = LNInstallation()
        installation.company = World.company.rawValue
        installation.pageCap = 4
        self.installation = installation
        randomness = SeededRandomness(seed: seed ^ 0x17)
        sandbox = LNSandbox(
            shop, time: OutsideClock(time: time, skew: skew), randomness: SeededRandomness(seed: seed ^ 0x18),
            installation: installation)
    }

    /// The credentials file for this LN.
    var ionapi: Data { installation.ionapi(url: "http://\(Self.host)") }

    /// What a client of it needs.
    var client: LNClient.Configuration {
        get throws {
            let credentials = try IONAPIFile(ionapi)
            return LNClient.Configuration(company: World.company) { credentials }
        }
    }

    static func code(_ contact: Int) -> String {
        let digits = String(contact + 1)
        return "C" + String(repeating: "0", count: 8 - digits.count) + digits
    }

    static func user(_ user: Int) -> String { "user\(user + 1)" }

    static func address(_ user: Int) -> String { "\(Self.user(user))@hokuto.example" }

    // MARK: What is looked at from outside

    /// The codes of all contacts there ever were, and of one that there never was.
    var everyContact: [ContactCode] {
        (0...(size.contacts + created.withLock { $0 })).map { ContactCode(Self.code($0)) }
    }

    /// The switch in COM Parameters.
    var synchronizesContacts: Bool {
        sandbox.shop.value("SynchronizeContacts", of: "", in: .comParameters) == .member("Yes")
    }

    /// The addresses of the active users.
    var activeUsers: [String] {
        let shop = sandbox.shop
        return shop.keys(.syncUsers).filter { shop.value("Active", of: $0, in: .syncUsers) == .member("Yes") }
            .compactMap { shop.value("Email", of: $0, in: .syncUsers)?.description }
    }

    /// What of each contact in scope a mailbox has to show, by our property's value: a few fields, worked out by hand.
    var expectedContacts: [String: [String: String]] {
        let shop = sandbox.shop
        var expected: [String: [String: String]] = [:]
        for code in shop.keys(.contacts) {
            func field(_ name: String) -> String { shop.value(name, of: code, in: .contacts)?.description ?? "" }
            guard field("Synchronize") == "Yes", field("Active") == "Yes" else { continue }
            let partner = shop.value("Name", of: field("BusinessPartner"), in: .businessPartners)
            let city = shop.value("City", of: field("WorkAddress"), in: .addresses)
            expected["\(installation.company)/\(code)"] = [
                "displayName": field("FullName"), "jobTitle": field("JobTitle"), "email": field("Email"),
                "companyName": partner?.description ?? "", "businessCity": city?.description ?? "",
            ]
        }
        return expected
    }

    /// A request arrives; then LN's users may do something.
    func arrive(_ request: HTTPRequest) -> SimulatedNetwork.Arrival {
        let response = sandbox.answer(request)
        onRead.withLock { $0 }?(request)
        return SimulatedNetwork.Arrival(response: response)
    }

    // MARK: What LN's users do

    func edit(contact: Int, jobTitle: String) {
        patch("Contacts", Self.code(contact), ["JobTitle": jobTitle])
    }

    /// No token handed out so far is good any more.
    func expireTokens() { request(.post, "/sandbox/tokens/expire") }

    func edit(contact: Int) {
        let number = edits.withLock { edits in
            edits += 1
            return edits
        }
        switch randomness.next(in: 1...10) {
        case 1: patch("Addresses", "A1", ["City": "City \(number)"])
        case 2: patch("BusinessPartners", "B1", ["Name": "Partner \(number)"])
        // As it was before, or another: both have to arrive.
        case 3...4: patch("Contacts", Self.code(contact), ["JobTitle": ""])
        default: patch("Contacts", Self.code(contact), ["JobTitle": "Job \(number)"])
        }
    }

    /// - Parameter key: empty for a set with one row.
    func switchMember(_ name: String, _ set: LNSet, _ key: String) {
        guard case .member(let member) = sandbox.shop.value(name, of: key, in: set) else { return }
        patch(set.rawValue, key, [name: member == "Yes" ? "No" : "Yes"])
    }

    /// *Synchronize* of all contacts is switched off, and on again after that time.
    func withdrawAll(for duration: Duration, _ time: VirtualTime) {
        let shop = sandbox.shop
        let codes = shop.keys(.contacts).filter {
            shop.value("Synchronize", of: $0, in: .contacts) == .member("Yes")
        }
        for code in codes { patch("Contacts", code, ["Synchronize": "No"]) }
        time.schedule(after: duration) {
            for code in codes { self.patch("Contacts", code, ["Synchronize": "Yes"]) }
        }
    }

    func delete(contact: Int) {
        request(.delete, "/sandbox/data/Contacts/\(Self.code(contact))")
    }

    func create() {
        created.withLock { $0 += 1 }
        request(
            .post, "/sandbox/data/Contacts",
            ["FirstName": "New", "LastName": "Contact", "Email": "new@hokuto.example", "Synchronize": "Yes"])
    }

    private func patch(_ set: String, _ key: String, _ fields: [String: String]) {
        // A transaction that took long: its time is older than the moment in which it is seen.
        let age = randomness.next(in: 0...4) == 0 ? randomness.next(in: 1...20) : 0
        request(.patch, "/sandbox/data/\(set)\(key.isEmpty ? "" : "/")\(key)?secondsAgo=\(age)", fields)
    }

    /// What is refused (a contact that was deleted) has not happened.
    @discardableResult
    func request(_ method: HTTPMethod, _ target: String, _ fields: [String: Any]? = nil) -> HTTPResponse {
        var request = HTTPRequest(method: method, scheme: "http", authority: Self.host, target: target)
        if let fields {
            request.headerFields["Content-Type"] = "application/json"
            request.body = (try? JSONSerialization.data(withJSONObject: fields, options: .sortedKeys)) ?? Data()
        }
        return sandbox.answer(request)
    }
}
