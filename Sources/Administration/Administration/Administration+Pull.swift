import Foundation
public import Kafka
import Runtime
import SyncEvents
public import SyncModel
public import SyncStore

extension Administration {
    /// A pull that was asked for.
    public struct PullRequest: Sendable, Hashable {
        let company: Company
        let position: RecordPosition
    }

    /// Asks for a pull now, as at a tick; with `full` all keys are compared, so that what was deleted in LN is found.
    /// - Throws: `AdministrationError` where nobody would pull now, and why; nothing is asked for then.
    @discardableResult
    public func syncNow(
        _ company: Company, full: Bool, _ producer: any RecordProducer
    ) async throws -> PullRequest {
        if let obstacle = try await obstacleToPull(company) {
            throw AdministrationError("nothing is pulled now: \(obstacle)")
        }
        let positions = try await send([Hint(company: company, action: full ? .fullPull : .pull, by: by)], producer)
        guard let position = positions.first else { throw AdministrationError("Kafka did not say where the hint is") }
        return PullRequest(company: company, position: position)
    }

    /// Whether the pull has ended: its reader has read LN and sent what changed. Then contact-worker writes it.
    public func isDone(_ request: PullRequest) async throws -> Bool {
        guard let offset = request.position.offset else {
            throw AdministrationError("Kafka did not say where the hint is: when the last pull was, lnsync status says")
        }
        let positions = try await store.intakePositions(group: Self.reader(of: request.company).rawValue)
        let partition = IntakePartition(
            topic: request.position.topicPartition.topic, partition: request.position.topicPartition.partition)
        return (positions[partition]?.next ?? 0) > offset
    }

    /// Why nobody pulls contacts of that company now; `nil` where somebody does.
    public func obstacleToPull(_ company: Company) async throws -> String? {
        let snapshot = StoreSnapshot(settings: try await store.settings())
        guard snapshot.isStarted else { return "synchronisation is stopped. lnsync start goes on where it stopped" }
        let now = try await store.now()
        let readers = try await store.leases()
        guard let reader = readers.first(where: { $0.lease.name == Self.reader(of: company) }) else {
            let companies = try await companies().map(\.description)
            return "no ln-producer has ever read company \(company)"
                + (companies.isEmpty
                    ? ": none was started with this store yet"
                    : "; company \(companies.joined(separator: ", ")) is read (LNSYNC_LN_COMPANY, --company)")
        }
        guard reader.expires > now else {
            return "no ln-producer runs: \(reader.lease.owner) read LN until it ended. Start ln-producer"
        }
        guard let parameters = snapshot.comParameters else {
            return "settings and users were not read from LN yet. See ln-producer's log"
        }
        guard parameters.synchronizeContacts else {
            return
                "Synchronize Contacts is off in \(LNField.comParameters). Select it there; that is taken over within a minute"
        }
        return nil
    }

    /// What keeps readers from reading LN; `nil` where nothing does.
    /// - Parameter company: `nil`: whatever company they read.
    public func troubleWithLN(_ company: Company? = nil) async throws -> ReadingTrouble? {
        let kept = ReadingTrouble.kept(in: try await store.cursors())
            .filter { reader, _ in company == nil || reader.companyOfReader == company }.map(\.value)
        return kept.first(where: \.needsPerson) ?? kept.min { $0.since < $1.since }
    }

    /// The companies whose contacts are read, or were.
    public func companies() async throws -> [Company] {
        Set(try await store.leases().compactMap(\.lease.name.companyOfReader)).sorted()
    }

    /// Under this lease a company's contacts are read, and this is the name under which its place in `ln.notifications` is kept.
    static func reader(of company: Company) -> LeaseName { LeaseName("reader/\(company)/contact") }
}

extension LeaseName {
    /// The company of a lease of a reader of LN; `nil` of any other.
    var companyOfReader: Company? {
        reader.flatMap { Int($0.split(separator: "/")[0]) }.map { Company($0) }
    }

    /// Of a lease of a reader of LN: `1300/contact`; `nil` of any other.
    var reader: String? {
        let parts = rawValue.split(separator: "/")
        return parts.count == 3 && parts[0] == "reader" && Int(parts[1]) != nil ? "\(parts[1])/\(parts[2])" : nil
    }
}
