/// What an administrator should correct of a sync user's address in LN. It keeps nobody from being served (USR-1, USR-2).
public struct AddressRemark: Sendable, Hashable, Codable {
    public let rule: String
    /// What is so, and what to do.
    public let text: String

    public init(rule: String, text: String) {
        self.rule = rule
        self.text = text
    }
}
