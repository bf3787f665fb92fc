import Administration
import CommandLine
import Foundation
import Runtime
import SyncModel
import SyncStore

enum StatusCommand {
    static let status = Command(
        "status", "Shows what is in step and what waits.",
        options: [
            .value("watch", "SECONDS", "Shows it anew every so many seconds, until Ctrl-C."), .flag("json", "As JSON."),
        ],
        discussion: """
            In step is what was written as LN, or the other side, had it when it was read last. What users change in the contacts folders
            themselves, copies say, is found when contact-worker reads a folder as a whole: once a day.

            Exit code 0: synchronisation is started, the store can be written, the programs run that it needs, all records are merged,
            all contacts and meetings that are due are written, no first sync runs, and nothing waits for a person. 1: one of these is
            not so, or Kafka can't be asked; the last lines (with --json “concerns”) say which, and what somebody has to do. Contacts
            and meetings that LN or Exchange refuses count as done; of meetings a line says what to do, lnsync item explain shows why.
            Whether a switch is on in LN changes nothing of this, but for plans, which nobody can approve while Synchronize Activities
            is off.
            """
    ) { invocation in
        let interval = try invocation.integer("watch", in: 1...3600)
        return try await Session.withAdministration { session in
            while true {
                let report = try await report(session)
                if invocation.flag("json") {
                    try session.printJSON(Answer(report: report))
                } else {
                    Terminal.print(StatusText(report, session.dateStyle, now: session.time.now).text)
                }
                guard let interval else { return report.concerns.isEmpty ? .success : .failure }
                Terminal.print("\n")
                try await session.time.sleep(for: .seconds(interval))
            }
        }
    }

    /// The report with what follows from it.
    private struct Answer: Encodable {
        enum Key: String, CodingKey { case concerns }
        let report: StatusReport

        func encode(to encoder: any Encoder) throws {
            try report.encode(to: encoder)
            var container = encoder.container(keyedBy: Key.self)
            try container.encode(report.concerns, forKey: .concerns)
        }
    }

    private static func report(_ session: Session) async throws -> StatusReport {
        var report = try await reportOfKafka(session)
        report.storeTrouble = await session.administration.storeTrouble()?.message
        return report
    }

    private static func reportOfKafka(_ session: Session) async throws -> StatusReport {
        do {
            return try await session.withConsumer { consumer in
                var report = try await session.administration.status(consumer, zone: session.zone)
                if report.kafkaTrouble == nil {
                    do {
                        report.count(try await DeadLetters(session.administration, consumer).undecided())
                    } catch {
                        session.note("dead letters can't be counted: \(error)")
                    }
                }
                return report
            }
        } catch let error as KafkaUnreachable {
            var report = try await session.administration.status(nil, zone: session.zone)
            report.kafkaTrouble = error.trouble
            return report
        }
    }
}
