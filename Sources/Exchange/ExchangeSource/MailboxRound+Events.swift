import ExchangeClient
import Foundation
import Runtime
import SyncEvents
import SyncModel
import SyncPlanner
import SyncStore
import Telemetry

extension MailboxRound {
    /// Series occurrences are taken so far ahead (CAL-4). Seconds.
    private static let occurrencesAhead: TimeInterval = 365 * 86400

    // MARK: A page

    /// Publishes what a page shows.
    /// - Parameter sequence: drawn before the page was asked for.
    /// - Returns: what is to be journalled, in the commit that moves the cursor.
    func publish(
        _ page: CalendarPage, _ sequence: ReadSequence, isBackfill: Bool
    ) async throws -> [JournalDraft] {
        for remark in page.remarks {
            ports.log.warning("an event can't be read", ["user": user.id.description, "why": remark])
        }
        var reading = PageReading(page.rows)
        try await findMasters(&reading)
        let known = try await KnownRows.of(events: reading.uids, ports.store)
        var batch = Batch()
        for event in reading.events { try await take(event, sequence, known, reading, &batch) }
        let horizon = ports.time.now + Self.occurrencesAhead
        for occurrence in reading.occurrences {
            guard let master = reading.masters[occurrence.master] else { continue }
            let name = EventReduction.name(ofOccurrence: occurrence.start)
            let row = known[master.uid, name]
            if row == nil, occurrence.start > horizon { continue }
            if row?.isEcho(occurrence.item, occurrence.etag) == true {
                batch.echoes += 1
                continue
            }
            batch.events.append(
                reduction.occurrence(
                    occurrence, uid: master.uid, row: row, owner: master.owner, organizer: master.organizer, sequence))
        }
        let shown = Set(reading.items)
        cursor.elsewhere.removeAll { shown.contains($0) }
        try await takeRemoved(reading.removed, &batch)
        return try await send(batch, isBackfill: isBackfill)
    }

    /// What of a page, or of keyed reads, is sent.
    struct Batch {
        var events: [ReadEvent] = []
        /// What happened.
        var remarks: [JournalDraft] = []
        /// What is wrong with an item, however often it is read.
        var faults: [JournalDraft] = []
        var echoes = 0
        var unknown = 0
    }

    /// Sends what was read of a page.
    func send(_ batch: Batch, isBackfill: Bool, isNamed: Bool = false) async throws -> [JournalDraft] {
        ports.metrics.dropped(echoes: batch.echoes, unknown: batch.unknown)
        var faults = batch.faults
        if !batch.events.isEmpty {
            faults += try await ports.publisher.send(
                batch.events, of: user, isBackfill: isBackfill, isNamed: isNamed, lease)
        }
        return batch.remarks + (try await news(of: faults))
    }

    /// Those that the journal has not got: a fault is told once, though attendees' copies, and what is held, are read anew by every full pull.
    private func news(of faults: [JournalDraft]) async throws -> [JournalDraft] {
        struct Fault: Hashable {
            let item, rule, detail: String
            init(_ draft: JournalDraft) { (item, rule, detail) = (draft.item, draft.rule, draft.detail) }
        }
        var told: Set<Fault> = []
        for item in Set(faults.map(\.item)) {
            told.formUnion(try await ports.store.journal(JournalQuery(item: item)).map { Fault($0.draft) })
        }
        return faults.filter { told.insert(Fault($0)).inserted }
    }

    private func take(
        _ event: ExchangeEvent, _ sequence: ReadSequence, _ known: KnownRows, _ reading: PageReading,
        _ batch: inout Batch
    ) async throws {
        guard let (uid, occurrence) = reading.name(of: event) else { return }
        let row = known[uid, occurrence]
        if let row, row.status.state != .tombstone, row.isLinked(to: event.key.item, in: user.id) {
            // One that was moved back is told, though it is the version that is known: its row may wait for it.
            guard cursor.elsewhere.contains(event.key.item) || !row.isEcho(event.key.item, event.etag) else {
                batch.echoes += 1
                return
            }
            // No page shows our property.
            var event = event
            event.facts.activity = row.meeting.eventFacts.activity
            guard let (event, sequence) = try await counting(event, sequence, of: row) else { return }
            append(event, sequence, row: row, uid, occurrence, &batch)
            return
        }
        guard event.kind == .single else {
            // It rests, whatever it names (CAL-17).
            append(event, sequence, row: row, uid, occurrence, &batch)
            return
        }
        // Our property tells whose it is; without it a second copy might be made (CAL-5).
        switch try await prove(event.key.item, uid: event.key.uid) {
        case .there(let event, let sequence):
            try await append(proven: event, sequence, row: row, &batch)
        case .gone, .elsewhere:
            // Deleted since the page was made: the next round tells it too, but this is known now.
            try await takeRemoved([event.key.item], &batch)
        case .unreadable(let why):
            batch.faults.append(unreadable(event.key.item, why))
        }
    }

    // MARK: Keyed reads

    /// Every removal is proven (CAL-14).
    func takeRemoved(_ items: [ItemID], _ batch: inout Batch) async throws {
        guard !items.isEmpty else { return }
        let known = try await KnownRows.of(items: items, in: user.id, ports.store)
        for item in items { try await takeNamed(item, known[item], isNamed: false, &batch) }
    }

    /// Publishes what an item is by a keyed read.
    /// - Parameter isNamed: somebody asks for this very item.
    func takeNamed(_ item: ItemID, _ row: MeetingRow?, isNamed: Bool, _ batch: inout Batch) async throws {
        switch try await prove(item) {
        case .there(let event, let sequence):
            cursor.elsewhere.removeAll { $0 == item }
            // What is changed outside of the window is told as removed: it is nobody's business but a row's (CAL-4).
            guard row != nil || isNamed || isInWindow(event.content.time) else {
                passOver(item, &batch)
                return
            }
            try await append(proven: event, sequence, row: row, &batch)
        case .elsewhere(let why):
            guard let row, row.status.state != .tombstone else {
                passOver(item, &batch)
                return
            }
            guard !cursor.elsewhere.contains(item) else { return }
            cursor.elsewhere = cursor.elsewhere.suffix(Self.mostPassedOver - 1) + [item]
            batch.remarks.append(
                JournalDraft(
                    user: user.id, item: row.journalItem, rule: "CAL-4", action: "reported",
                    detail: "nothing is ended or changed: \(why)"))
        case .gone(let sequence):
            if row != nil { try await requireSameMailbox() }
            guard let row, let deleted = reduction.deleted(item, of: row, sequence) else {
                passOver(item, &batch)
                return
            }
            let isKnown =
                row.status.state == .tombstone
                || (row.meeting.event?.item == item && row.meeting.observed.exchange.isGone)
            if isKnown {
                batch.echoes += 1
            } else if let (event, sequence) = try await other(than: item, of: row) {
                try await append(proven: event, sequence, row: row, &batch)
            } else {
                batch.events.append(deleted)
            }
        case .unreadable(let why):
            batch.faults.append(unreadable(item, why))
        }
    }

    /// An event as a keyed read shows it, with our property.
    private func append(
        proven event: ExchangeEvent, _ sequence: ReadSequence, row: MeetingRow?, _ batch: inout Batch
    ) async throws {
        var reading = PageReading([.event(event)])
        try await findMasters(&reading)
        guard let (uid, occurrence) = reading.name(of: event) else { return }
        let known = try await KnownRows.of(
            events: [uid], activities: event.facts.activity.map { [$0] } ?? [], ports.store)
        let row = known[uid, occurrence] ?? row
        guard let (event, sequence) = try await counting(event, sequence, of: row) else {
            batch.unknown += 1
            return
        }
        append(
            event, sequence, row: row, activityRow: event.facts.activity.flatMap { known[$0] },
            uid, occurrence, &batch)
    }

    // MARK: Two items of one iCalUId

    /// Of two living items of one iCalUId the row's own counts: whichever is read last would else be the meeting (CAL-5).
    /// - Returns: which of them is sent; `nil` where this is the other, and the row's own is there.
    private func counting(
        _ event: ExchangeEvent, _ sequence: ReadSequence, of row: MeetingRow?
    ) async throws -> (ExchangeEvent, ReadSequence)? {
        guard let row, row.status.state != .tombstone, event.kind == .single, let own = row.item(in: user.id) else {
            return (event, sequence)
        }
        if own == event.key.item {
            return event.isCancelled ? try await other(than: own, of: row) ?? (event, sequence) : (event, sequence)
        }
        let (found, _) = try await events(uid: event.key.uid)
        return found.living.contains { $0.key.item == own } ? nil : (event, sequence)
    }

    /// What else the mailbox has of the row's event, where its own item is gone or cancelled.
    private func other(
        than item: ItemID, of row: MeetingRow
    ) async throws -> (ExchangeEvent, ReadSequence)? {
        guard row.occurrence.isEmpty, let uid = row.meeting.event?.uid else { return nil }
        let (found, sequence) = try await events(uid: uid)
        return found.living.first { $0.key.item != item }.map { ($0, sequence) }
    }

    private func append(
        _ event: ExchangeEvent, _ sequence: ReadSequence, row: MeetingRow?, activityRow: MeetingRow? = nil,
        _ uid: ICalUID, _ occurrence: String, _ batch: inout Batch
    ) {
        batch.events.append(
            reduction.changed(
                event, uid: uid, occurrence: occurrence, row: row, activityRow: activityRow, sequence))
        // How many take part in what its owner hides is nobody's business (CAL-19).
        let isHidden = reduction.hides(event, row)
        batch.faults += event.remarks.filter { !isHidden || $0.rule != "CAL-8" }.map {
            JournalDraft(user: user.id, item: "event/\(uid)", rule: $0.rule, action: "reported", detail: $0.text)
        }
    }

    private func unreadable(_ item: ItemID, _ why: String) -> JournalDraft {
        JournalDraft(
            user: user.id, item: "mailbox/\(user.code)", rule: "CAL-1", action: "reported",
            detail: "an event can't be read and is passed over: \(why)")
    }

    private func isInWindow(_ time: MeetingTime?) -> Bool {
        guard let time else { return false }
        return CalendarWindow().contains(time, in: ZoneName("UTC"), now: ports.time.now)
    }

    // MARK: Series

    /// An occurrence is named by its series, which may be on another page, or outside of the window.
    private func findMasters(_ reading: inout PageReading) async throws {
        reading.masters.merge(window?.masters ?? [:]) { own, _ in own }
        for event in reading.events where event.kind == .master {
            reading.masters[event.key.item] = PageReading.Master(
                uid: event.key.uid, owner: reduction.owner(of: event), organizer: event.organizer)
        }
        for item in reading.missingMasters {
            guard case .there(let event, _) = try await prove(item) else { continue }
            reading.masters[item] = PageReading.Master(
                uid: event.key.uid, owner: reduction.owner(of: event), organizer: event.organizer)
        }
        window?.masters.merge(reading.masters) { _, new in new }
    }

    // MARK: Items that no row knows

    /// Never dropped for good: its event may be on the way to the rows, sent before and not merged yet.
    private func passOver(_ item: ItemID, _ batch: inout Batch) {
        batch.unknown += 1
        guard !cursor.passedOver.contains(where: { $0.item == item }) else { return }
        cursor.passedOver.append(CalendarCursor.PassedOver(item: item, since: ports.time.now))
        if cursor.passedOver.count > Self.mostPassedOver {
            cursor.passedOver.removeFirst(cursor.passedOver.count - Self.mostPassedOver)
        }
    }

    private static var mostPassedOver: Int { 200 }

    /// Looks whether rows know by now what was passed over.
    func lookForPassedOver(_ now: Date) async throws {
        guard !cursor.passedOver.isEmpty else { return }
        let lifetime = ports.deadlines.passedOverLifetime / .seconds(1)
        cursor.passedOver.removeAll { abs(ports.time.now.timeIntervalSince($0.since)) > lifetime }
        let items = cursor.passedOver.map(\.item)
        let known = try await KnownRows.of(items: items, in: user.id, ports.store)
        guard !known.isEmpty else { return }
        cursor.passedOver.removeAll { known[$0.item] != nil }
        var batch = Batch()
        for item in items {
            if let row = known[item] { try await takeNamed(item, row, isNamed: true, &batch) }
        }
        let remarks = try await send(batch, isBackfill: false)
        try await commit(remarks.map { .journal($0) })
    }

    /// What hints name, whenever it is (CAL-4).
    func publishNamed(_ items: [ItemID]) async throws {
        for start in stride(from: 0, to: items.count, by: Self.namedAtOnce) {
            let piece = Array(items[start..<min(start + Self.namedAtOnce, items.count)])
            let known = try await KnownRows.of(items: piece, in: user.id, ports.store)
            var batch = Batch()
            for item in piece { try await takeNamed(item, known[item], isNamed: true, &batch) }
            let remarks = try await send(batch, isBackfill: false, isNamed: true)
            try await commit(remarks.map { .journal($0) })
        }
    }

    private static var namedAtOnce: Int { 100 }
}
