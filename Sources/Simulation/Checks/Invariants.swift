import Foundation
import SyncEvents
import SyncModel
import SyncPlanner

/// What must hold once everything is at rest (sync rules, *Invariants*).
struct Invariants {
    let world: World
    let crew: Crew

    init(_ world: World, _ crew: Crew) {
        self.world = world
        self.crew = crew
    }

    /// I1: in each active user's mailbox is, for each contact in scope, exactly one item, with LN's content, and nothing more; in
    /// no mailbox is anything twice. I8 and I15 follow: whatever crashed and whatever came late, the end is the same.
    func agreement() throws -> [String] {
        var violations: [String] = []
        let expected = world.ln.expectedContacts
        for user in world.ln.activeUsers {
            var items = try world.exchange.linkedItems(of: user)
            for (contact, fields) in expected.sorted(by: { $0.key < $1.key }) {
                let found = items.removeValue(forKey: contact) ?? []
                switch found.count {
                case 0: violations.append("I1: \(contact) is missing in \(user)'s mailbox")
                case 1:
                    for (name, value) in fields.sorted(by: { $0.key < $1.key }) where found[0][name] != value {
                        violations.append(
                            "I1: \(contact) in \(user)'s mailbox has \(name) “\(found[0][name] ?? "")”, LN has “\(value)”"
                        )
                    }
                default: violations.append("I1: \(contact) is \(found.count) times in \(user)'s mailbox")
                }
            }
            for contact in items.keys.sorted() {
                violations.append("I1: \(contact) is in \(user)'s mailbox, but not in scope in LN")
            }
        }
        return violations
    }
}
