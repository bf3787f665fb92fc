/// `POST /sandbox/vices`: the members of the body that are there change.
extension ExchangeTenant.Vices {
    private static let numbers: [String: any WritableKeyPath<Self, Int> & Sendable] = [
        "etagChangesOnReads": \.etagChangesOnReads, "emptyPages": \.emptyPages, "falseRemovals": \.falseRemovals,
        "repeatedRows": \.repeatedRows, "reorderedRows": \.reorderedRows, "lateChanges": \.lateChanges,
        "deltaTokenSeconds": \.deltaTokenSeconds,
        "usedTransactionStatus": \.usedTransactionStatus,
    ]
    private static let switches: [String: any WritableKeyPath<Self, Bool> & Sendable] = [
        "namesExistingEvent": \.namesExistingEvent, "findsDeletedEvents": \.findsDeletedEvents,
    ]

    func changed(by body: JSON) throws(GraphError) -> Self {
        guard let members = body.object, !members.isEmpty else {
            throw .badRequest(
                "expected some of \((Array(Self.numbers.keys) + Self.switches.keys).sorted().joined(separator: ", "))")
        }
        var changed = self
        for (name, value) in members.sorted(by: { $0.key < $1.key }) {
            if let path = Self.numbers[name] {
                guard let number = value.whole, number >= 0 else {
                    throw .badRequest("\(name) is a whole number, 0 for never")
                }
                changed[keyPath: path] = number
            } else if let path = Self.switches[name], case .bool(let isOn) = value {
                changed[keyPath: path] = isOn
            } else {
                throw .badRequest("\(name) is no vice, or not true or false")
            }
        }
        guard [400, 409, 201].contains(changed.usedTransactionStatus) else {
            throw .badRequest("usedTransactionStatus is 400, 409 or 201")
        }
        return changed
    }
}
