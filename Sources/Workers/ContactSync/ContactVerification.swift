public import ExchangeClient
public import Runtime
public import SyncModel

/// Compares contacts with Exchange by reads alone, one at a time: for a person who verifies.
public struct ContactVerification: Sendable {
    private let exchange: any ExchangeContacts
    private let mapping: ContactMapping
    private let time: any TimeSource

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
            case .made(let id, _): return try await difference(id, user, content)
            case .none: return try await leftover(row, user)
            case .deletedByUser: return nil
            }
        } catch let error as ExchangeError {
            switch error.kind {
            case .notFound:
                return
                    "it is no longer in the mailbox: somebody deleted it there. It is made again once Synchronize was "
                    + "switched off and on in Contacts (tccom1640m000)"
            case .forbiddenMailbox, .mailboxMissing, .invalid, .quota, .conflict, .alreadyExists:
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

    /// What is removed, or was never made, is not there.
    private func leftover(_ row: ContactLink, _ user: SyncUser) async throws -> String? {
        guard let folder = user.mailbox?.folder else { return nil }
        let value = row.id.propertyValue
        let found = try await patiently {
            try await exchange.linkedContacts(value, in: folder, of: user.email)
        }.filter { $0.propertyValue == value }
        return found.isEmpty ? nil : "it is in the mailbox, although the store knows of none"
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
