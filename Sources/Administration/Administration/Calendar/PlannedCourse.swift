import Foundation
import SyncModel
import SyncPlanner

/// All that a plan leads to, as if each write was answered with what it wrote: both sides may be written, one after the other. Pure.
struct PlannedCourse {
    struct Step {
        let write: MeetingWrite
        /// Exchange mails nobody for it.
        let tellsNobody: Bool
    }

    /// Before anything is written.
    let meeting: Meeting
    private(set) var steps: [Step] = []
    /// What attendees' rows in LN are to show after an update, or without any.
    private(set) var marks: [AttendeeMark] = []

    /// - Parameter plan: of the meeting, as if its user's plan was approved.
    init(_ plan: MeetingPlan, of meeting: Meeting, _ policy: CalendarPolicy, now: Date) {
        self.meeting = meeting
        var (plan, meeting) = (plan, meeting)
        while let write = plan.write, !steps.contains(where: { $0.write.side == write.side }) {
            steps.append(Step(write: write, tellsNobody: plan.tellsNobody))
            guard case .update(let values) = write.change else { return }
            guard case .present(var content, let etag) = meeting.observed[write.side] else { return }
            meeting = MeetingCommit.planned(plan, meeting, owner: "", deadline: now)
            // What is only asked for is not there yet, and nothing waits for it.
            guard let intent = meeting.intent else { break }
            for (group, value) in values { content[group] = value }
            meeting = MeetingCommit.answered(intent, .present(content, etag), meeting)
            plan = MeetingPlanner.plan(meeting, policy, now: now)
        }
        marks = plan.marks
    }

    init(of meeting: Meeting, _ policy: CalendarPolicy, now: Date) {
        self.init(MeetingPlanner.plan(meeting, policy, now: now), of: meeting, policy, now: now)
    }
}

extension MeetingPlan {
    fileprivate var tellsNobody: Bool {
        for case .askInvitation(let ask) in actions.map(\.step) { return ask.tellsNobody }
        return false
    }
}
