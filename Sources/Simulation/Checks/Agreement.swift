/// I1: in each active user's mailbox is, for each contact in scope, exactly one item with LN's content in our folder, and nothing more.
struct Agreement {
    let world: World
    let exempt: Exemptions

    /// What is not so, in words.
    /// - Parameter left: users whose mailboxes are not looked at.
    func differences(without left: Set<String> = []) throws -> [String] {
        var differences: [String] = []
        let expected = world.ln.expectedContacts.sorted { $0.key < $1.key }
        for user in world.ln.activeUsers where !left.contains(user) && !exempt.isLeft(user) {
            var items = try world.exchange.ourItems(of: user)
            for (contact, fields) in expected {
                differences += self.differences(items.removeValue(forKey: contact) ?? [], contact, fields, user)
            }
            for contact in items.keys.sorted() where !exempt.mayRemain(contact, in: user) {
                differences.append("\(contact) is in \(user)'s mailbox, but not in scope in LN")
            }
            differences += try strays(user) + madeAgain(user)
        }
        return differences
    }

    private func differences(
        _ items: [ExchangeSide.Item], _ contact: String, _ fields: [String: String], _ user: String
    ) -> [String] {
        guard let item = items.first else {
            return exempt.mayBeMissing(contact, in: user) ? [] : ["\(contact) is missing in \(user)'s mailbox"]
        }
        guard items.count == 1 || exempt.mayBeTwice(contact, in: user) else {
            return ["\(contact) is \(items.count) times in \(user)'s mailbox"]
        }
        if exempt.mayDiffer(contact, in: user) { return [] }
        return fields.sorted { $0.key < $1.key }.filter { item.fields[$0.key] != $0.value }.map { name, value in
            "\(contact) in \(user)'s mailbox has \(name) “\(item.fields[name] ?? "")”, LN has “\(value)”"
        }
    }

    /// Outside our folder is nothing of ours but what the user himself moved there.
    private func strays(_ user: String) throws -> [String] {
        let moved = Set(world.outlookActs.filter { $0.kind == .takenAway && $0.user == user }.map(\.item))
        return try world.exchange.strayItems(of: user).filter { !moved.contains($0) }.map {
            "item \($0) is outside our folder in \(user)'s mailbox"
        }
    }

    private func isCopied(_ contact: String, _ user: String) -> Bool {
        world.outlookActs.contains { $0.kind == .copied && $0.contact == contact && $0.user == user }
    }

    /// What a user took away is not made again while LN's state did not go off and on (CON-5). Except where the store did not know of the
    /// item yet or was restored since and does not know what became of it, where a copy was there too, and where the folder was made
    /// anew. A removal may be under way for as long as a broker is away.
    private func madeAgain(_ user: String) throws -> [String] {
        let items = try world.exchange.ourItems(of: user)
        return world.outlookActs.filter { act in
            act.kind == .takenAway && act.user == user && act.isKnown
                && act.restorations == world.restorations
                && !world.removals.wasRemoved(act.contact, since: act.at - .seconds(300))
                && act.at > world.vanishedFolders[user] ?? .zero && !isCopied(act.contact, user)
                && items[act.contact]?.contains { $0.id != act.item } == true
        }.map { "\($0.contact) was made again in \(user)'s mailbox, though the user took it away" }
    }
}
