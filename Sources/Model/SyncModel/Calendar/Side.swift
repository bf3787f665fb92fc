/// One of the two systems that are kept in step.
public enum Side: String, Sendable, Hashable, Codable, CaseIterable, CustomStringConvertible {
    case ln, exchange

    public var other: Side { self == .ln ? .exchange : .ln }
    public var description: String { self == .ln ? "LN" : "Exchange" }
}

/// A value for each of the two systems.
public struct Sides<Value> {
    public var ln: Value
    public var exchange: Value

    public init(ln: Value, exchange: Value) {
        self.ln = ln
        self.exchange = exchange
    }

    public subscript(side: Side) -> Value {
        get { side == .ln ? ln : exchange }
        set {
            switch side {
            case .ln: ln = newValue
            case .exchange: exchange = newValue
            }
        }
    }
}

extension Sides: Sendable where Value: Sendable {}
extension Sides: Equatable where Value: Equatable {}
extension Sides: Hashable where Value: Hashable {}
extension Sides: Encodable where Value: Encodable {}
extension Sides: Decodable where Value: Decodable {}
