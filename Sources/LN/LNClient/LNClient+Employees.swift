public import SyncModel

/// An employee as far as his mailbox goes: Employees – General (tccom0101m000) names the user, Employees – People (bpmdm0101m000) the
/// address.
public struct LNEmployee: Sendable, Hashable {
    /// `E00008`.
    public var code: String
    public var user: LNUserCode
    /// `nil` where LN has none.
    public var email: EmailAddress?

    public init(code: String, user: LNUserCode, email: EmailAddress?) {
        self.code = code
        self.user = user
        self.email = email
    }
}

extension LNClient {
    /// The employees of these users; of a user there may be several or none. Empty where the service does not show employees.
    public func employees(of users: [LNUserCode]) async throws(LNError) -> [LNEmployee] {
        let isShown = LNEntitySet.employees.properties.allSatisfy { mapping.name(of: $0, in: .employees) != nil }
        guard isShown, let property = mapping.name(of: "User", in: .employees) else { return [] }
        var employees: [LNEmployee] = []
        for piece in users.sorted().pieces(of: Self.keysPerQuery) {
            let filter = ODataFilter.any(piece.map { .text(property, .equal, $0.rawValue) })
            var after: LNContinuation?
            repeat {
                let page = try await rows(of: .employees, filter: filter, after: after, limit: Self.keysPerQuery)
                for row in page.elements {
                    guard let user = try row.code("User", LNUserCode.self) else { continue }
                    employees.append(
                        LNEmployee(
                            code: try row.code("Employee", LNUserCode.self)?.rawValue ?? "", user: user,
                            email: try row.code("Email", EmailAddress.self)))
                }
                after = page.next
            } while after != nil
        }
        return employees
    }

    /// The usable addresses of these employees, by their codes. Empty where the service does not show employees.
    func employeeEmails(_ codes: Set<String>) async throws(LNError) -> [String: EmailAddress] {
        guard let key = mapping.name(of: "Employee", in: .employees), mapping.name(of: "Email", in: .employees) != nil
        else { return [:] }
        var emails: [String: EmailAddress] = [:]
        for piece in codes.sorted().pieces(of: Self.keysPerQuery) {
            let filter = ODataFilter.any(piece.map { .text(key, .equal, $0) })
            for row in try await all(.employees, filter) {
                if let email = try row.code("Email", EmailAddress.self)?.usable {
                    emails[try row.key(LNUserCode.self).rawValue] = email
                }
            }
        }
        return emails
    }

    /// All rows that a filter finds.
    func all(
        _ set: LNEntitySet, _ filter: ODataFilter, properties: [String]? = nil
    ) async throws(LNError) -> [ODataRow] {
        var rows: [ODataRow] = []
        var after: LNContinuation?
        repeat {
            let page = try await self.rows(of: set, filter: filter, properties: properties, after: after, limit: 200)
            rows += page.elements
            after = page.next
        } while after != nil
        return rows
    }
}
