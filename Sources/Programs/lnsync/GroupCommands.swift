import Administration
import CommandLine
import Foundation
import Kafka
import SyncEvents

enum GroupCommands {
    static let reset = Command(
        "reset", "Moves the positions at which a group goes on reading. Shows what it would do; --apply does it.",
        options: [
            .value("group", "NAME", "The group: contact-worker, calendar-worker."),
            .flag("to-start", "To the oldest record there is."),
            .value(
                "to-offset", "N", "To this offset of each partition, or the log's start or end where that is nearer."),
            .value("topic", "NAME", "Only this topic; otherwise all that the group reads."),
            .value("undo", "FILE", "Takes back the reset that wrote this file."),
            .flag("apply", "Does it, and writes the undo file into the current folder."),
            .flag("json", "The changes as JSON."),
        ],
        discussion: """
            The group's programs have to be stopped: a group with members is refused. The store's positions and Kafka's copy are
            moved. Records that are read again change nothing that is newer. What records that are passed over say is lost to the
            group, and no pull sends it again: --undo goes back to them while retention lasts. Otherwise it is brought anew, for
            ln.contact-changes and ln.contact-backfill by lnsync replay --topic TOPIC --mode reapply; for exchange.event-changes by
            lnsync sync now --calendars --full; for ln.activity-changes in LN, by Active off and on again of the user in MS Exchange
            Synchronization Users (ttaad2141m000). What is over is not. To have contacts compared with Exchange, reapply is the
            command, not this one. Exit code 0: done, or shown. 1: refused.
            """
    ) { invocation in
        let wish = try Wish(invocation)
        return try await Session.withAdministration { session in
            try await session.withConsumer { consumer in
                let reset = GroupReset(session.administration, session.admin, consumer)
                let plan =
                    switch wish {
                    case .reset(let group, let target, let topic): try await reset.plan(group, to: target, topic: topic)
                    case .undo(let file): try await reset.plan(undoing: try read(file))
                    }
                if !invocation.flag("json") { Terminal.print(text(plan)) }
                try await finish(plan, reset, invocation, session)
                if invocation.flag("json") { try session.printJSON(plan) }
                return .success
            }
        }
    }

    private enum Wish {
        case reset(group: String, GroupReset.Target, Topic?)
        case undo(String)

        init(_ invocation: Invocation) throws(UsageError) {
            let offset = try invocation.integer("to-offset", in: 0...Int(Int64.max)).map(Int64.init)
            if let file = invocation.option("undo") {
                guard offset == nil, !invocation.flag("to-start"), invocation.option("topic") == nil else {
                    throw UsageError("--undo FILE says all: give no target and no topic with it")
                }
                self = .undo(file)
                return
            }
            guard let group = invocation.option("group") else {
                throw UsageError("option --group is missing: --group \(ConsumerGroup.contactWorker)")
            }
            let target: GroupReset.Target
            switch (invocation.flag("to-start"), offset) {
            case (true, nil): target = .logStart
            case (false, let offset?): target = .offset(offset)
            default: throw UsageError("where to? Give --to-start or --to-offset N")
            }
            let topics = Topic.all.filter { !$0.groups.isEmpty }
            let name = invocation.option("topic")
            let topic = topics.first { $0.isNamed(name) }
            guard name == nil || topic != nil else {
                throw UsageError("option --topic: expected one of \(topics.map(\.name).joined(separator: ", "))")
            }
            self = .reset(group: group, target, topic)
        }
    }

    private static func finish(
        _ plan: GroupResetPlan, _ reset: GroupReset, _ invocation: Invocation, _ session: Session
    ) async throws {
        if plan.groupState == nil {
            session.note("the broker can't say whether the group has members: see to it that its programs are stopped")
        }
        guard !plan.moves.isEmpty else { return session.note("there is nothing to move") }
        guard invocation.flag("apply") else {
            if let state = plan.groupState, plan.hasMembers {
                session.note("the group has members (\(state)): stop its programs before --apply")
            }
            return session.note("nothing was changed; --apply does it")
        }
        // Before the change: what can't be taken back is not begun.
        let file = try write(plan)
        try await reset.apply(plan) { try? FileManager.default.removeItem(atPath: file) }
        session.note("\(plan.moves.count) partitions moved; lnsync group reset --undo \(file) --apply takes it back")
    }

    private static func read(_ file: String) throws -> GroupResetPlan {
        let decoder = JSONDecoder()
        decoder.dateDecodingStrategy = .iso8601
        let data: Data
        do {
            data = try Data(contentsOf: URL(filePath: file))
        } catch {
            throw AdministrationError("the undo file \(file) can't be read: \(error.localizedDescription)")
        }
        do {
            return try decoder.decode(GroupResetPlan.self, from: data)
        } catch {
            throw AdministrationError("\(file) is no undo file of lnsync group reset")
        }
    }

    private static func write(_ plan: GroupResetPlan) throws -> String {
        let moment = Int(plan.made.timeIntervalSince1970 * 1000)
        let file = "group-reset-\(plan.group)-\(moment).undo.json"
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        encoder.dateEncodingStrategy = .iso8601
        do {
            try encoder.encode(plan).write(to: URL(filePath: file), options: .atomic)
        } catch {
            throw AdministrationError(
                "nothing was changed: the undo file \(file) can't be written into the current folder: "
                    + error.localizedDescription)
        }
        return file
    }

    private static func text(_ plan: GroupResetPlan) -> String {
        var text = ""
        if !plan.moves.isEmpty {
            var table = Table("PARTITION", "FROM", "TO", "READ AGAIN", "PASSED OVER")
            for move in plan.moves {
                table.append(
                    "\(move.topic)/\(move.partition)", String(move.from.next), String(move.to.next), String(move.again),
                    String(move.passedOver))
            }
            text += table.text
        }
        for (why, stays) in Dictionary(grouping: plan.stays, by: \.why).sorted(by: { $0.key < $1.key }) {
            text += "\(stays.count) partitions stay: \(why)\n"
        }
        return text
    }
}
