import SyncModel

/// Who is behind an address in LN.
enum LNPerson: Sendable, Hashable {
    /// - Parameter user: his LN user; `nil` where he has none.
    case employee(code: String, user: String?)
    case contact(code: String, hasOptedOut: Bool)
    /// Nobody, or more than one: a row of type Other with the address alone.
    case other

    /// *Type* of an attendee's row.
    var type: String {
        switch self {
        case .employee: "Employee"
        case .contact: "Contact"
        case .other: "Other"
        }
    }

    var code: String {
        switch self {
        case .employee(let code, _), .contact(let code, _): code
        case .other: ""
        }
    }
}

extension LNClient {
    /// Who is behind these addresses, in lower case: an employee, else a contact that is active, else nobody (CAL-7). Where several are,
    /// nobody can say who is meant.
    func people(at addresses: Set<String>) async throws(LNError) -> [String: LNPerson] {
        var people: [String: LNPerson] = [:]
        let employees = try await rows(.employees, at: addresses, ["Employee", "User", "Email"])
        for (address, rows) in employees where rows.count == 1 {
            people[address] = .employee(
                code: try rows[0].key(LNUserCode.self).rawValue,
                user: try rows[0].code("User", LNUserCode.self)?.rawValue)
        }
        let others = addresses.subtracting(employees.keys)
        let contacts = try await rows(.contacts, at: others, ["Contact", "Active", "OptedOut", "Email"])
        for (address, rows) in contacts {
            let active = rows.filter { $0.isOn("Active") }
            guard active.count == 1 else { continue }
            people[address] = .contact(
                code: try active[0].key(ContactCode.self).rawValue, hasOptedOut: active[0].isOn("OptedOut"))
        }
        return people
    }

    /// The employee who can be the Meeting Organizer: of several with one address the lowest-coded who is an LN user.
    func organizer(_ address: EmailAddress) async throws(LNError) -> LNPerson {
        let rows =
            try await rows(.employees, at: [address.folded], ["Employee", "User", "Email"])[address.folded] ?? []
        var found: [(code: String, user: String?)] = []
        for row in rows {
            found.append(
                (try row.key(LNUserCode.self).rawValue, try row.code("User", LNUserCode.self)?.rawValue))
        }
        let best = found.min { (($0.user == nil ? 1 : 0), $0.code) < (($1.user == nil ? 1 : 0), $1.code) }
        guard let best else {
            throw LNError(
                .refused,
                "no employee has the e-mail address \(address), and a Meeting Organizer is one: fill or correct his E-Mail in Employees – People (bpmdm0101m000)"
            )
        }
        return .employee(code: best.code, user: best.user)
    }

    /// Rows by their address in lower case. Addresses are compared without regard to case (USR-1).
    private func rows(
        _ set: LNEntitySet, at addresses: Set<String>, _ properties: [String]
    ) async throws(LNError) -> [String: [ODataRow]] {
        guard let email = mapping.name(of: "Email", in: set), let key = set.key, mapping.name(of: key, in: set) != nil
        else { return [:] }
        var found: [String: [ODataRow]] = [:]
        for piece in addresses.sorted().pieces(of: Self.keysPerQuery) {
            let filter = ODataFilter.any(piece.map { .lowercased(email, $0) })
            for row in try await all(set, filter, properties: properties) {
                guard let address = try row.code("Email", EmailAddress.self) else { continue }
                found[address.folded, default: []].append(row)
            }
        }
        return found
    }
}
