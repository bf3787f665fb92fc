import LNClient
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Telemetry

/// Looks from time to time whether the sync users' addresses are those of their employees, and keeps what an administrator should
/// correct in the store: Infor's product needed both alike, case included; here only the calendar will need one mailbox.
struct AddressReports {
    /// Employees change seldom, and asking for them costs a request per 50 users.
    private static let interval: Duration = .seconds(3600)

    private let store: any SyncStore
    private let time: any TimeSource
    private let log: Logger
    private var asked: [LNUserCode: EmailAddress]?
    private var due: Duration = .zero

    init(store: any SyncStore, time: any TimeSource, log: Logger) {
        self.store = store
        self.time = time
        self.log = log
    }

    /// What to commit, where anything is to be said that was not, or the other way round.
    /// - Throws: `LNError` where LN can't be asked at the moment. A service without employees is reported by the inspection.
    mutating func changes(_ users: [LNSyncUser], _ client: LNClient) async throws -> [Mutation] {
        let active = Dictionary(
            users.filter(\.isActive).map { ($0.code, $0.email) }, uniquingKeysWith: { first, _ in first })
        guard active != asked || time.uptime >= due else { return [] }
        let employees: [LNEmployee]
        do throws(LNError) {
            employees = try await client.employees(of: Array(active.keys))
        } catch {
            guard !error.isRetriable else { throw error }
            log.warning("the addresses of employees can't be compared with the users'", ["reason": error.message])
            employees = []
        }
        asked = active
        due = time.uptime + Self.interval
        let remarks = Self.remarks(active, employees)
        let known = StoreSnapshot(settings: try await store.settings()).addressRemarks
        guard remarks != known else { return [] }
        let new = remarks.filter { known[$0.key] != $0.value }.sorted { $0.key < $1.key }
        return [try .setting(.addressRemarks, remarks, by: "LN")]
            + new.map { code, remark in
                let user = LNUserCode(code)
                return .journal(
                    JournalDraft(
                        user: SyncUserID(user), item: "user/\(code)", rule: remark.rule,
                        action: "reported", detail: remark.text))
            }
    }

    /// What is to be said of active users' addresses, by user.
    static func remarks(_ active: [LNUserCode: EmailAddress], _ employees: [LNEmployee]) -> [String: AddressRemark] {
        var remarks: [String: AddressRemark] = [:]
        for employee in employees.sorted(by: { $0.code < $1.code }) {
            guard let address = active[employee.user], let remark = remark(address, employee) else { continue }
            // The first is enough to look there.
            if remarks[employee.user.rawValue] == nil { remarks[employee.user.rawValue] = remark }
        }
        return remarks
    }

    private static func remark(_ address: EmailAddress, _ employee: LNEmployee) -> AddressRemark? {
        let people = "employee \(employee.code) in Employees – People (bpmdm0101m000)"
        guard let email = employee.email else {
            return AddressRemark(
                rule: "USR-2",
                text: "\(people) has no e-mail address: contacts go to \(address) all the same. Fill it in there")
        }
        if email == address { return nil }
        if email.folded == address.folded {
            return AddressRemark(
                rule: "USR-1",
                text: "his address \(address) differs in case only from \(email) of \(people): he is served all the "
                    + "same. Write both alike")
        }
        return AddressRemark(
            rule: "USR-2",
            text:
                "his address \(address) is not \(email) of \(people): contacts go to \(address). Correct the one that "
                + "is wrong, there or in MS Exchange Synchronization Users (ttaad2141m000)")
    }
}
