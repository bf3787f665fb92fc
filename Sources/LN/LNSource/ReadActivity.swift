import Foundation
import LNClient
import SyncEvents
import SyncModel
import SyncPlanner

/// An activity as one read of LN showed it.
enum ReadActivity: Sendable, Hashable {
    case present(LNActivity)
    /// A keyed read proved that there is none.
    case absent(ActivityCode)

    var code: ActivityCode {
        switch self {
        case .present(let activity): activity.key.activity
        case .absent(let code): code
        }
    }
}

/// CAL-1: for whom an activity is kept in step.
struct ActivityScope: Sendable {
    private let directory: UserDirectory

    init(_ users: [SyncUser]) {
        directory = UserDirectory(users)
    }

    /// The active sync user who organizes it; `nil` where its organizer is none (CAL-2).
    func organizer(of activity: LNActivity) -> SyncUserID? { activity.organizer.flatMap(user) }

    /// The active sync users among its organizer and the attendees with *Invite* on. None where *Synchronize* is off, or nobody can say
    /// when it is.
    func users(of activity: LNActivity) -> Set<SyncUserID> {
        guard activity.facts.isSynchronized, activity.content.time != nil else { return [] }
        let invited = activity.facts.rows.filter { $0.isInvited && !$0.isOrganizer }.compactMap(\.address)
        return Set((invited + [activity.organizer].compactMap(\.self)).compactMap(user))
    }

    private func user(_ address: EmailAddress) -> SyncUserID? {
        guard let user = directory[address], user.isActive else { return nil }
        return user.id
    }
}
