import SyncModel

/// Which of Exchange's events come to LN (CAL-1). One that leaves the filter later rests: it stays linked, and nothing is written
/// (CAL-4).
public enum InboundScope: Sendable, Hashable {
    case all
    /// Only with this category of Outlook's.
    case category(String)
    /// Only where one of LN's contacts takes part.
    case knownContact

    /// The category that it asks for; `nil` where it asks for none.
    public var category: String? { if case .category(let name) = self { name } else { nil } }

    /// Why it does not come, in words for an administrator; `nil` where it does.
    func refusal(_ facts: EventFacts) -> String? {
        if facts.isDraft { return "a draft in Outlook" }
        switch self {
        case .all: return nil
        case .category(let name):
            return facts.categories.contains(name) ? nil : "the event has not the category \(name) in Outlook"
        case .knownContact:
            return facts.hasKnownContact ? nil : "no contact of LN's takes part"
        }
    }
}
