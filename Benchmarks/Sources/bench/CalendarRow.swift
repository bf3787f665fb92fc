import Foundation
import Kafka
import Runtime
import SyncEvents
import Telemetry

/// Calendars as they run for a customer, a process each: from a hint to the other side, what that costs, many hints at once, and a pull
/// that finds nothing changed.
enum CalendarRow {
    /// Of each of Exchange's answers, once the first sync is over.
    private static let latency: Duration = .milliseconds(50)
    private static let edits = 40
    private static let hints = 500

    static var all: [Row] {
        [
            Row(name: "calendars: edits after their hints, \(hints) hints in 2 s, an unchanged pull") { session in
                let installation = try await Installation(session)
                let outcome: Result<[Figure], any Error>
                do {
                    outcome = .success(try await measured(installation))
                } catch {
                    outcome = .failure(error)
                }
                await installation.close()
                return try outcome.get()
            }
        ]
    }

    private static func measured(_ installation: Installation) async throws -> [Figure] {
        let shop = try await CalendarShop.open(installation)
        let flags = try await flags(shop)
        try await installation.delayExchange(by: latency)

        let producer = try KafkaProducer(
            KafkaConfiguration(bootstrapServers: installation.kafka), deliveryTimeout: .seconds(30), logger: .silent)
        let calendars = try await CalendarEdits(installation, producer, codes: shop.codes)
        let edited = try await edited(calendars, shop)
        let rounds = try await calendars.roundsOfHints(hints, within: .seconds(2), shop.mailboxes[0])
        let unchanged = try await unchanged(calendars, shop)
        await producer.close(within: .seconds(3))
        return edited + [
            Figure(
                "\(hints) hints for one mailbox in 2 s: delta requests", [rounds.requests], .atMost, 2,
                unit: "requests", wall: [rounds.seconds])
        ] + unchanged + [flags]
    }

    // MARK: Edits

    private static func edited(_ calendars: CalendarEdits, _ shop: CalendarShop) async throws -> [Figure] {
        // Connections are made, and each mailbox's zone is read.
        let sample = Array(shop.events.prefix(8))
        for event in sample {
            _ = try await calendars.editInLN(event, "First edit in LN")
            _ = try await calendars.editInOutlook(event, "First edit in Outlook")
        }
        try await shop.waitForStep()
        let before = try await calendars.counters()
        var toOutlook: [Double] = []
        var toLN: [Double] = []
        for number in 0..<edits {
            let event = sample[number % sample.count]
            toOutlook.append(try await calendars.editInLN(event, "Edited in LN \(number)"))
            toLN.append(try await calendars.editInOutlook(event, "Edited in Outlook \(number)"))
        }
        try await shop.waitForStep()
        let after = try await calendars.counters()
        Console.say("  LN → Outlook: \(toOutlook.spread) ms; Outlook → LN: \(toLN.spread) ms")
        func writes(_ name: String, _ count: Int) -> Figure {
            Figure(name, [Double(count) / Double(edits)], .atMost, 1.05, unit: "writes", wall: [])
        }
        return [
            Figure(
                "LN edit → event, p95 after the hint", [toOutlook.p95], .atMost, 1000, unit: "ms",
                wall: [toOutlook.reduce(0, +) / 1000]),
            Figure(
                "Outlook edit → LN, p95 after the hint", [toLN.p95], .atMost, 2000, unit: "ms",
                wall: [toLN.reduce(0, +) / 1000]),
            writes("content writes to Exchange per edit in LN", after.exchangeWrites - before.exchangeWrites),
            writes("content writes to LN per edit in Outlook", after.lnWrites - before.lnWrites),
        ]
    }

    // MARK: An unchanged pull

    private static func unchanged(_ calendars: CalendarEdits, _ shop: CalendarShop) async throws -> [Figure] {
        let pull = try await calendars.unchangedPull { try await shop.waitForStep() }
        let name = "pull, nothing changed, \(shop.mailboxes.count) mailboxes × \(shop.eventsPerMailbox) events"
        return [
            Figure(
                name: "\(name): writes to Exchange and LN", ours: pull.writes, limit: 0, ratio: pull.writes,
                unit: "writes", aim: "0 writes", isReached: pull.writes == 0, count: 1, wall: pull.seconds),
            Figure(
                "\(name): Exchange requests a mailbox", [pull.requests / Double(shop.mailboxes.count)], .atMost, 1,
                unit: "requests", wall: [pull.seconds]),
        ]
    }

    // MARK: Flags

    /// What the first sync wrote of LN's own meetings.
    private static func flags(_ shop: CalendarShop) async throws -> Figure {
        let counters = try await shop.lnCounters()
        let (marked, name) = (try await shop.markedAttendees(), "writes of flags per attendee, first sync")
        guard marked > 0 else { throw Failure("no attendee was marked") }
        return Figure(
            name, [Double(counters.attendeeChanges) / Double(marked)], .atMost, 2, unit: "writes", wall: [])
    }
}

extension [Double] {
    fileprivate var p95: Double { isEmpty ? 0 : sorted()[Swift.min(count - 1, count * 95 / 100)] }

    fileprivate var spread: String {
        "least \((self.min() ?? 0).short), p50 \(median.short), p95 \(p95.short), most \((self.max() ?? 0).short)"
    }
}
