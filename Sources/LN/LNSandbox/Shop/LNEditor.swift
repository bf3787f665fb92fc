/// Who changes LN's data, and by which way.
public struct LNEditor: Sendable, Hashable {
    public enum Way: Sendable, Hashable {
        /// LN's screens, which offer a box only where its conditions hold.
        case screen
        /// OData, whose writes run through LN's business logic (DAL) but see no screen.
        case program
    }

    /// LN's user code.
    public let user: String
    public let way: Way

    public init(user: String, way: Way) {
        self.user = user
        self.way = way
    }

    /// The user of a request that switches to no identity.
    public static let service = LNEditor(user: "svc_ln", way: .program)
}
