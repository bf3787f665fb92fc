public import ExchangeClient
public import Runtime
public import SyncModel
import Synchronization

/// Compares contacts with Exchange by reads alone, one at a time: for a person who verifies.
public final class ContactVerification: Sendable {
    private let exchange: any ExchangeContacts
    private let mapping: ContactMapping
    private let time: any TimeSource
    /// Our property's values that more than one item of a mailbox had when its folder was read as a whole.
    private let repeated = Mutex<[SyncUserID: Set<String>]>([:])

    /// How often Exchange is asked in all where it does not answer.
    private static let attempts = 5

    public init(_ exchange: any ExchangeContacts, _ mapping: ContactMapping, time: any TimeSource) {
        self.exchange = exchange
        self.mapping = mapping
        self.time = time
    }

    /// How the item of a settled row differs in Exchange, in words for an administrator; `nil` where it does not.
    /// - Parameter content: what is settled; `nil` where that is not known: then it is only seen whether the item is there. Its etag
    ///   says nothing, it changes by itself too.
    /// - Throws: what stands in the way of every further question too, `.authConfig` say, or goes on for too long.
    public func difference(
        of row: ContactLink, _ user: SyncUser, content: ContactContent?
    ) async throws -> String? {
        do {
            switch row.item {
            case .made(let id, _):
                if let difference = try await difference(id, user, content) { return difference }
                return try await copies(row, besides: id, user)
            case .none: return try await leftover(row, user, "it is in the mailbox, although the store knows of none")
            case .deletedByUser:
                return try await leftover(
                    row, user, "the user deleted it or moved it away, but a copy is in the mailbox: \(Self.remedy)")
            }
        } catch let error as ExchangeError {
            switch error.kind {
            case .notFound:
                return
                    "it is no longer in the mailbox: somebody deleted it there. It is made again once Synchronize was "
                    + "switched off and on in Contacts (tccom1640m000)"
            case .forbiddenMailbox, .mailboxMissing, .inAnotherCalendar, .invalid, .quota, .conflict, .alreadyExists,
                .syncStateLost:
                return "Exchange does not show it: \(error.message)"
            case .throttled, .transient, .authExpired, .authConfig:
                throw error
            }
        }
    }

    private func difference(
        _ id: ItemID, _ user: SyncUser, _ content: ContactContent?
    ) async throws -> String? {
        let stored = try await patiently { try await exchange.contact(id, of: user.email) }
        if let folder = user.mailbox?.folder, stored.version.folder != folder {
            return "somebody moved it out of its contacts folder"
        }
        guard let content else { return nil }
        let names = ContactFields.differing(stored.contact, mapping.exchangeContact(content))
        return names.isEmpty ? nil : "it differs in Exchange: \(names.joined(separator: ", "))"
    }

    /// What is removed, was never made, or is deleted, is not there.
    private func leftover(_ row: ContactLink, _ user: SyncUser, _ words: String) async throws -> String? {
        guard let folder = user.mailbox?.folder else { return nil }
        return try await items(row, in: folder, user).isEmpty ? nil : words
    }

    /// The folder is read as a whole once; what it shows more than once is looked at again, for that may have been long ago.
    private func copies(_ row: ContactLink, besides id: ItemID, _ user: SyncUser) async throws -> String? {
        guard let folder = user.mailbox?.folder,
            try await isRepeated(row.id.propertyValue, in: folder, user)
        else { return nil }
        let copies = try await items(row, in: folder, user).filter { $0 != id }.count
        guard copies > 0 else { return nil }
        return
            "the mailbox has \(copies == 1 ? "a copy" : "\(copies) copies") of it, which somebody made in Outlook: \(Self.remedy)"
    }

    /// CON-7.
    private static let remedy = "lnsync replay --mode reapply leaves one, with LN's content"

    private func isRepeated(_ value: String, in folder: ItemID, _ user: SyncUser) async throws -> Bool {
        if let known = repeated.withLock({ $0[user.id] }) { return known.contains(value) }
        var (seen, found) = (Set<String>(), Set<String>())
        for item in try await patiently({ try await exchange.linkedContacts(in: folder, of: user.email) })
        where !seen.insert(item.propertyValue).inserted {
            found.insert(item.propertyValue)
        }
        repeated.withLock { $0[user.id] = found }
        return found.contains(value)
    }

    private func items(_ row: ContactLink, in folder: ItemID, _ user: SyncUser) async throws -> [ItemID] {
        let value = row.id.propertyValue
        return try await patiently {
            try await exchange.linkedContacts(value, in: folder, of: user.email)
        }.filter { $0.propertyValue == value }.map(\.version.id)
    }

    /// Asks again where Exchange wants rest or does not answer.
    private func patiently<Value>(_ question: () async throws -> Value) async throws -> Value {
        var attempt = 1
        while true {
            do {
                return try await question()
            } catch let error as ExchangeError where attempt < Self.attempts {
                switch error.kind {
                case .throttled(let pause): try await time.sleep(for: min(pause, .seconds(300)))
                case .transient: try await time.sleep(for: .seconds(1 << attempt))
                default: throw error
                }
                attempt += 1
            }
        }
    }
}
