import Cryptography
import Foundation
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

extension ContactPublisher {
    /// What the guard says of a page (CON-6).
    struct Judgement {
        /// Removals that are not published. What `published` holds of them stays as it is.
        fileprivate(set) var withheld: Set<ContactCode> = []
        /// What the guard is to remember and what is held, committed before anything of the page is sent: whoever comes after a
        /// crash neither counts a removal twice nor forgets one.
        fileprivate(set) var mutations: [Mutation] = []

        func isPublished(_ contact: ReadContact) -> Bool { !withheld.contains(contact.code) }
    }

    /// Lets the guard rule on a page's removals. Contacts of the page that are in scope leave their holds.
    /// - Parameters:
    ///   - contacts: the whole page.
    ///   - removals: those of the page whose removal is news; others of them are no removals.
    ///   - holds: takes what is withheld.
    func judge(
        _ contacts: [ReadContact], removals: [ReadContact], _ holds: inout RemovalHolds,
        on occasion: RemovalGuard.Occasion, _ sequence: ReadSequence
    ) async throws -> Judgement {
        var judgement = Judgement()
        let keys = holds.keys
        let returned = Set(contacts.filter(\.isInScope).map(\.code)).intersection(keys.open.union(keys.discarded))
        let removed = Set(removals.filter { !$0.isInScope }.map(\.code))
        guard !returned.isEmpty || !removed.isEmpty else { return judgement }
        let now = try await store.now()
        holds.release(returned, now: now)
        var entries = journal(returned, "released", "it is in scope again: no removal of it is withheld")
        if !removed.isEmpty {
            let before = try await removalGuard()
            var after = before
            let ruling = after.judge(
                removed, keys, on: occasion, inScope: try await scope(of: before, removed, keys, now), now: now)
            judgement.withheld = removed.subtracting(ruling.passing)
            holds.withhold(ruling.withheld, id: holdID(sequence), now: now)
            if after != before { judgement.mutations.append(.cursor(guardName, try Self.text(of: after))) }
            report(ruling, keys, holds)
            entries += journal(ruling.withheld, "held", "its removal is withheld until a person decides")
        }
        // The hold before its words: a long commit is made in pieces.
        judgement.mutations += holds.takeMutations() + entries
        return judgement
    }

    /// How many contacts were in scope at the hour's start: those that are, and those removed since. Those that came since count as
    /// well: after a first sync the hour's start knows none.
    private func scope(
        of removalGuard: RemovalGuard, _ removed: Set<ContactCode>, _ holds: RemovalGuard.Holds, _ now: Date
    ) async throws -> Int {
        guard removalGuard.dependsOnScope(removed, holds, now: now) else { return 0 }
        let passed = removalGuard.passed(now: now)
        var count = passed.count
        var last: String?
        while true {
            let keys = try await store.publishedKeys(
                company, Self.set, after: last, upTo: nil, limit: ContactReader.storePage)
            count += keys.count { !passed.contains(ContactCode($0)) }
            guard keys.count == ContactReader.storePage, let end = keys.last else { return count }
            last = end
        }
    }

    private var guardName: CursorName { CursorName("guard/\(company)/contact") }

    private func removalGuard() async throws -> RemovalGuard {
        guard let text = try await store.cursor(guardName) else { return RemovalGuard() }
        return (try? JSONDecoder().decode(RemovalGuard.self, from: Data(text.utf8))) ?? RemovalGuard()
    }

    private static func text(of removalGuard: RemovalGuard) throws -> String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        return String(decoding: try encoder.encode(removalGuard), as: UTF8.self)
    }

    private func holdID(_ sequence: ReadSequence) -> UUID {
        UUID(version5: "\(source)/\(sequence)/removals", in: Identity.namespace)
    }

    private func report(_ ruling: RemovalGuard.Ruling, _ before: RemovalGuard.Holds, _ holds: RemovalHolds) {
        guard !ruling.withheld.isEmpty else { return }
        metrics.withheld(ruling.withheld.count)
        let count = String(holds.keys.open.count)
        guard before.open.isEmpty else {
            log.info("more removals are withheld", ["company": company.description, "contacts": count])
            return
        }
        log.warning(
            "removals are withheld: too many contacts left LN's scope; see lnsync holds list, then approve or discard them",
            ["company": company.description, "contacts": count])
    }

    private func journal(_ codes: Set<ContactCode>, _ action: String, _ detail: String) -> [Mutation] {
        codes.sorted().map {
            .journal(JournalDraft(item: "contact/\(company)/\($0)", rule: "CON-6", action: action, detail: detail))
        }
    }
}
