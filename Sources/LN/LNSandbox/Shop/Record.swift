/// A row with its fields' names, for the rules that read and write them.
struct Record {
    let type: EntityType
    var row: Table.Row

    init(_ type: EntityType, _ row: Table.Row) {
        self.type = type
        self.row = row
    }

    /// A new row.
    init(_ type: EntityType) {
        self.init(type, type.properties.map(\.initial))
    }

    /// The field of this name, which the type must have.
    subscript(name: String) -> LNValue {
        get { row[position(of: name)] }
        set { row[position(of: name)] = newValue }
    }

    func text(_ name: String) -> String { self[name].description }

    /// Whether the field is this member of its enumeration.
    func `is`(_ name: String, _ member: String = "Yes") -> Bool { self[name] == .member(member) }

    /// Seconds since 1970; 0 where LN shows the empty date.
    func time(_ name: String) -> Int { if case .time(let seconds) = self[name] { seconds } else { 0 } }

    func number(_ name: String) -> Int { if case .number(let number) = self[name] { number } else { 0 } }

    private func position(of name: String) -> Int {
        guard let position = type.position(of: name) else { preconditionFailure("\(type.name) has no field \(name)") }
        return position
    }
}
