import Foundation
import LNClient
import Runtime
import SyncModel
import SyncStore
import Telemetry

/// Takes users, settings, switches and ISO codes over from LN (SET-1), under the lease `reader/<company>/settings`.
struct SettingsReader: Sendable {
    static let sets: [LNEntitySet] = [
        .comParameters, .syncSettings, .syncUsers, .countries, .languages, .employees,
    ]

    let client: LNClient
    let store: any SyncStore
    let watch: StoreWatch
    let deadlines: ReaderDeadlines
    let trouble: LNTrouble
    let time: any TimeSource
    let randomness: any Randomness
    let log: Logger

    /// Reads at once, then from time to time, until the task is cancelled or the lease is lost.
    func run(_ lease: HeldLease) async throws {
        var due: Duration = .zero
        var failures = 0
        var inspection = ServiceInspection(client, Self.sets, store: store, log: log)
        var inspected: LNClient?
        var addresses = AddressReports(store: store, time: time, log: log)
        while true {
            if !watch.snapshot.isStarted {
                // A start shows at once what is taken over (SET-3).
                due = .zero
            } else if time.uptime >= due {
                do {
                    let client: LNClient
                    if let inspected { client = inspected } else { client = try await inspection.inspect(lease) }
                    inspected = client
                    let users = try await takeOver(client, lease)
                    let remarks = try await addresses.changes(users, client)
                    if !remarks.isEmpty { try await commit(remarks, lease) }
                    await trouble.succeeded()
                    failures = 0
                    due = time.uptime + deadlines.settingsInterval
                } catch let error as LNError {
                    try Task.checkCancellation()
                    if !error.isRetriable { inspected = nil }
                    if watch.snapshot.isStarted {
                        await trouble.failed(error)
                        failures += 1
                        due = time.uptime + deadlines.pause(after: failures, error, randomness)
                    }
                } catch let error as StoreError {
                    log.warning("what was read from LN could not be stored", ["error": error.message])
                    failures += 1
                    due = time.uptime + deadlines.pause(after: failures, nil, randomness)
                }
            }
            try await time.sleep(for: deadlines.pollInterval)
        }
    }

    /// Reads all, then commits what differs.
    /// - Returns: MS Exchange Synchronization Users.
    private func takeOver(_ client: LNClient, _ lease: HeldLease) async throws -> [LNSyncUser] {
        let parameters = try await client.comParameters()
        let settings = try await client.syncSettings()
        let codes = try await client.isoCodes()
        let users = try await client.syncUsers()
        let known = StoreSnapshot(users: try await store.users(), settings: try await store.settings())
        var mutations: [Mutation] = []
        let connection = LNConnection(company: client.company, identity: client.identity)
        if known.connection != connection { mutations.append(try setting(.connection, connection)) }
        if known.comParameters != parameters {
            mutations.append(try setting(.comParameters, parameters))
            // SET-3: what rested while the switch was off goes on.
            if known.comParameters?.synchronizeContacts == false, parameters.synchronizeContacts {
                mutations += known.users.values.filter(\.isActive).map(\.id).sorted().map(Mutation.wakeRows)
            }
            if known.comParameters?.synchronizeActivities == false, parameters.synchronizeActivities {
                mutations += known.users.values.filter(\.isActive).map(\.id).sorted().map(Mutation.wakeMeetings)
            }
        }
        if known.syncSettings != settings {
            mutations.append(try setting(.syncSettings, settings))
            if settings.contactPullInterval.isShort {
                log.warning(
                    "contacts are pulled more often than Infor recommends (15 minutes)",
                    ["interval": settings.contactPullInterval.description])
            }
            if settings.calendarPullInterval.isShort {
                log.warning(
                    "calendars are pulled more often than Infor recommends (15 minutes)",
                    ["interval": settings.calendarPullInterval.description])
            }
        }
        if known.isoCodes != codes {
            mutations.append(try setting(.isoCodes, StoredISOCodes(codes)))
            // CON-1: a changed country or language goes out by back-fill.
            let mailboxes = known.users.values.filter { $0.isActive && $0.baseline != .none }.map(\.id).sorted()
            if known.isoCodes != nil, !mailboxes.isEmpty { mutations.append(.beginBaseline(mailboxes, check: false)) }
        }
        // The first time users come first: settings that are there say that all is taken over (SET-3).
        let isFirst = known.syncSettings == nil
        if !isFirst, !mutations.isEmpty { try await commit(mutations, lease) }
        let reconciliation = UserReconciliation(
            listed: users, known: mutations.isEmpty ? known.users : StoreSnapshot(users: try await store.users()).users,
            match: known.policy())
        for change in reconciliation.changes { try await commit(change, lease) }
        if isFirst { try await commit(mutations, lease) }
        if !reconciliation.activated.isEmpty || !reconciliation.deactivated.isEmpty {
            log.info(
                "users taken over from LN",
                [
                    "activated": String(reconciliation.activated.count),
                    "deactivated": String(reconciliation.deactivated.count),
                ])
        }
        if !reconciliation.changes.isEmpty || !mutations.isEmpty { try await watch.refresh() }
        return users
    }

    private func setting(_ name: SettingName, _ value: some Encodable) throws -> Mutation {
        try .setting(name, value, by: "LN")
    }

    private func commit(_ mutations: [Mutation], _ lease: HeldLease) async throws {
        switch try await store.commit(mutations, holding: [lease.lease]) {
        case .committed: break
        case .lost(.lease): throw ReaderError.leaseLost
        case .lost: log.debug("a user was changed meanwhile; LN's list is compared again with the next reading")
        }
    }
}

extension PullInterval {
    /// SET-2: less than 15 minutes.
    var isShort: Bool { unit == .minute && count < 15 }
}
