import Foundation
public import Kafka
import Runtime
import SyncEvents
public import SyncModel
public import SyncStore

extension Administration {
    /// What is pulled: each at its own interval in LN's settings.
    public enum Pulled: String, Sendable, Hashable, CaseIterable {
        case contacts
        /// LN's activities, and the calendars of the active users.
        case calendars

        var kind: Hint.Kind { self == .contacts ? .contact : .activity }
    }

    /// Asks for a pull now, as at a tick; with `full` all keys are compared, so that what was deleted is found, and meetings that are
    /// refused are tried again.
    /// - Throws: `AdministrationError` where nobody would pull now, and why; `StoreError` where the store can't be written. Nothing is
    ///   asked for then.
    @discardableResult
    public func syncNow(
        _ company: Company, _ pulled: Pulled = .contacts, full: Bool, _ producer: any RecordProducer
    ) async throws -> PullRequest {
        // Whoever reads can't take the hint either.
        try await requireWritableStore()
        if let obstacle = try await obstacleToPull(company, pulled) {
            throw AdministrationError("nothing is pulled now: \(obstacle)")
        }
        let action: Hint.Action = full ? .fullPull : .pull
        let hint =
            switch pulled {
            case .contacts: Hint(company: company, action: action, by: by)
            case .calendars: Hint(activitiesOf: company, action: action, by: by)
            }
        guard let position = try await send([hint], producer).first else {
            throw AdministrationError("Kafka did not say where the hint is")
        }
        var request = PullRequest(company: company, pulled: pulled, position: position)
        if pulled == .calendars {
            let users = try await store.users().filter(\.isActive).map(\.id).sorted()
            // What was mended need not be in the meeting: no reader would tell of it.
            if full { _ = try await store.commit(users.map { .retryMeetings(of: $0) }) }
            let positions = try await send(users.map { MailboxHint(user: $0, isFull: full, by: by) }, producer)
            request.mailboxes = Dictionary(uniqueKeysWithValues: zip(users, positions.map { .sent($0) }))
        }
        return request
    }

    /// Why nobody pulls that of that company now; `nil` where somebody does.
    public func obstacleToPull(_ company: Company, _ pulled: Pulled = .contacts) async throws -> String? {
        let snapshot = StoreSnapshot(settings: try await store.settings())
        guard snapshot.isStarted else { return "synchronisation is stopped. lnsync start goes on where it stopped" }
        let now = try await store.now()
        let readers = try await store.leases()
        guard let reader = readers.first(where: { $0.lease.name == Self.reader(of: company, pulled) }) else {
            let companies = try await companies().map(\.description)
            return "no ln-producer has ever read company \(company)"
                + (companies.isEmpty
                    ? ": none was started with this store yet"
                    : "; company \(companies.joined(separator: ", ")) is read (LNSYNC_LN_COMPANY, --company)")
        }
        guard reader.expires > now else {
            // On a full disk it could not hold its lease.
            try await requireWritableStore()
            return "no ln-producer runs: \(reader.lease.owner) read LN until it ended. Start ln-producer"
        }
        guard let parameters = snapshot.comParameters else {
            return "settings and users were not read from LN yet. See ln-producer's log"
        }
        let isOn = pulled == .contacts ? parameters.synchronizeContacts : parameters.synchronizeActivities
        let name = pulled == .contacts ? "Synchronize Contacts" : "Synchronize Activities"
        return isOn
            ? nil : "\(name) is off in \(LNField.comParameters). Select it there; that is taken over within a minute"
    }

    /// What else keeps a pull that was asked for from its end: of calendars the mailboxes are read too. `nil` where nothing does.
    public func missingReader(_ pulled: Pulled) async throws -> String? {
        guard pulled == .calendars else { return nil }
        let program = StatusReport.Program(
            ConsumerGroup.exchangeReader, try await store.leases(), now: try await store.now())
        return program.isRunning
            ? nil : "no \(program.program) runs: \(program.task). Start \(program.program); the pull goes on then"
    }

    /// What keeps readers from reading LN; `nil` where nothing does.
    /// - Parameter company: `nil`: whatever company they read.
    public func troubleWithLN(_ company: Company? = nil) async throws -> ReadingTrouble? {
        let kept = ReadingTrouble.kept(in: try await store.cursors())
            .filter { reader, _ in
                // Another is that of who reads Exchange.
                reader.companyOfReader.map { company == nil || $0 == company } ?? false
            }.map(\.value)
        return kept.first(where: \.needsPerson) ?? kept.min { $0.since < $1.since }
    }

    /// The companies whose contacts are read, or were.
    public func companies() async throws -> [Company] {
        Set(try await store.leases().compactMap(\.lease.name.companyOfReader)).sorted()
    }

    /// Under this lease a company's contacts or activities are read, and this is the name under which its place in `ln.notifications` is
    /// kept.
    static func reader(of company: Company, _ pulled: Pulled) -> LeaseName {
        LeaseName("reader/\(company)/\(pulled.kind.rawValue)")
    }
}

extension LeaseName {
    /// The company of a reader's lease; `nil` of any other.
    var companyOfReader: Company? {
        let parts = rawValue.split(separator: "/")
        return parts.count == 3 && parts[0] == "reader" ? Int(parts[1]).map { Company($0) } : nil
    }
}
