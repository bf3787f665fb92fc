import Foundation
import SyncEvents
import SyncModel
import SyncPlanner

/// A contact as one read of LN showed it, ready to be published.
struct ReadContact: Sendable, Hashable {
    enum State: Sendable, Hashable {
        case inScope(ContactContent)
        case removed(RemovalReason)
    }

    let code: ContactCode
    let state: State
    /// Of the content; a removal has one too.
    let hash: ContentHash

    var isInScope: Bool { if case .inScope = state { true } else { false } }

    /// - Parameter missing: takes the codes without an ISO code, for the report.
    init(_ contact: Contact, _ codes: ISOCodes, missing: inout Set<MissingISOCode>) throws {
        code = contact.code
        if contact.isInScope {
            let content = ContactContent(contact, codes, missing: &missing)
            state = .inScope(content)
            hash = try ContentHash(of: content)
        } else {
            state = .removed(contact.isActive ? .synchronizeOff : .inactive)
            hash = .removal
        }
    }

    /// A contact that a keyed read proved to be absent.
    init(absent code: ContactCode) {
        self.code = code
        state = .removed(.deleted)
        hash = .removal
    }

    var type: EventType { isInScope ? .contactChanged : .contactRemoved }

    /// The event's data: the same bytes for every mailbox.
    func data(_ company: Company) throws -> Data {
        switch state {
        case .inScope(let content):
            try EventData.encode(ContactChanged(company: company, contact: code, content: content))
        case .removed(let reason):
            try EventData.encode(ContactRemoved(company: company, contact: code, reason: reason))
        }
    }
}
