/// What LN makes of a contact's fields.
extension LNShop {
    // LN help, tccom4540m000: Full Name is first, middle and last name; the search key the first 16 characters of the last.
    // Both follow a changed name as long as they are what LN had made of the old one.
    static func deriveNames(from before: Table.Row?, to row: inout Table.Row, given: [String: LNValue]) {
        let type = EntityType.contact
        func derive(_ target: String, _ make: (Table.Row) -> String) {
            guard let position = type.position(of: target), given[target] == nil,
                row[position] == .text(before.map(make) ?? "")
            else { return }
            row[position] = .text(make(row))
        }
        func text(_ name: String, _ row: Table.Row) -> String {
            type.position(of: name).map { row[$0].description } ?? ""
        }
        derive("FullName") { row in
            ["FirstName", "MiddleName", "LastName"].map { text($0, row) }.filter { !$0.isEmpty }.joined(separator: " ")
        }
        derive("SearchKey") { row in String(text("LastName", row).prefix(16)).uppercased() }
    }
}
