import ExchangeClient
import Foundation
import LNClient
import MailboxSettling
import Runtime
import Settling
import SyncModel
import SyncPlanner
import SyncStore
import Synchronization
import Telemetry

/// What holds for one mailbox's calendar: an administrator's choices, what LN's service can hold, the user's zone (CAL-10, CAL-18, CAL-20).
final class CalendarPolicies: Sendable {
    private struct State {
        var limits: [Company: LNLimits] = [:]
        /// By mailbox: what was found, and when that was, in uptime.
        var zones: [SyncUserID: (zone: ZoneName?, asked: Duration)] = [:]
    }

    private let configuration: MeetingSettling.Configuration
    private let companies: Companies
    private let exchange: any ExchangeCalendar
    private let time: any TimeSource
    private let log: Logger
    private let state = Mutex(State())

    init(
        _ configuration: MeetingSettling.Configuration, companies: Companies, exchange: any ExchangeCalendar,
        time: any TimeSource, log: Logger
    ) {
        self.configuration = configuration
        self.companies = companies
        self.exchange = exchange
        self.time = time
        self.log = log
    }

    func policy(for row: MeetingRow, _ snapshot: StoreSnapshot) async throws(SettlingFailure) -> CalendarPolicy {
        let ln = row.meeting.activity.flatMap { companies[$0.company] } ?? companies.home
        guard let ln else { throw .later("no company of LN's is set") }
        let limits = try await limits(of: ln)
        let zone = try await zone(of: snapshot.users[row.mailbox])
        var policy = CalendarPolicy(
            snapshot.calendarChoices, limits: limits, zone: zone, isLinkOnly: snapshot.isLinkOnly(row.mailbox))
        if case .user(let owner) = row.meeting.owner { policy.owner = snapshot.users[owner]?.email }
        policy.createsActivities = companies.home?.mapping.keepsMeetingKeys ?? false
        return policy
    }

    private func limits(of ln: LNClient) async throws(SettlingFailure) -> LNLimits {
        if let known = state.withLock({ $0.limits[ln.company] }) { return known }
        do throws(LNError) {
            let limits = try await ln.activityLimits()
            state.withLock { $0.limits[ln.company] = limits }
            return limits
        } catch {
            throw SettlingFailure(error, rule: "CAL-10")
        }
    }

    /// The mailbox's own, where the app may read it; else the company's.
    private func zone(of user: SyncUser?) async throws(SettlingFailure) -> ZoneName {
        guard let user else { return configuration.zone }
        let now = time.uptime
        if let known = state.withLock({ $0.zones[user.id] }), now - known.asked < configuration.zoneInterval {
            return known.zone ?? configuration.zone
        }
        switch await attempt({ try await exchange.zone(of: user.email) }) {
        case .success(let zone):
            // Several of his meetings may ask at once.
            let isNews = state.withLock { state in
                state.zones.updateValue((zone, now), forKey: user.id).map { $0.zone != zone } ?? true
            }
            if zone == nil, isNews {
                log.info(
                    "a mailbox's zone can't be read, or is unknown; the company's is taken",
                    ["user": user.id.description, "zone": configuration.zone.rawValue])
            }
            return zone ?? configuration.zone
        case .failure(let error):
            throw SettlingFailure(error, rule: "CAL-18")
        }
    }
}
