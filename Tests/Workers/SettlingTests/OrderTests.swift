import RuntimeTesting
import Settling
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Which rows are settled, and in which order")
struct OrderTests {
    @Test("Rows of the partitions held, and no others")
    func partitions() async throws {
        try await SettlingBed.run(holding: [0]) { bed in
            let (mine, other) = (try await bed.put(bed.anna, "A"), try await bed.put(bed.bea, "B", partition: 1))
            try await bed.row(mine, .settled)
            await bed.advance(by: .seconds(5))
            try await bed.row(try await bed.put(bed.anna, "C"), .settled)
            #expect(try await bed.row(other).status.state == .due)
            bed.settler.hold([0, 1])
            try await bed.row(other, .settled)
        }
    }

    @Test("Of a mailbox's rows only those of the partitions held, while a topic is growing")
    func partitionsOfOneMailbox() async throws {
        try await SettlingBed.run(holding: [1]) { bed in
            let (other, mine) = (
                try await bed.put(bed.anna, "A", in: .milliseconds(1), partition: 0),
                try await bed.put(bed.anna, "B", partition: 1)
            )
            await bed.advance(by: .seconds(1))
            try await bed.row(mine, .settled)
            #expect(try await bed.row(other).status.state == .due)
        }
    }

    @Test("Live before back-fill, then by due, over all mailboxes")
    func order() async throws {
        try await SettlingBed.run(holding: []) { configuration in
            configuration.total = 1
        } body: { bed in
            let order = Shared<[String]>([])
            bed.work { job, _ in
                order.update { [name = job.name] in $0.append(name) }
                return job.done()
            }
            try await bed.put(bed.anna, "a2", in: .seconds(2), .backfill)
            try await bed.put(bed.anna, "a1", in: .seconds(1), .backfill)
            try await bed.put(bed.anna, "a4", in: .seconds(4))
            try await bed.put(bed.bea, "b3", in: .seconds(3))
            try await bed.put(bed.bea, "b0", .backfill)
            try await bed.put(bed.bea, "b5", in: .seconds(5))
            bed.time.advance(by: .seconds(10))
            bed.settler.hold([0])
            #expect(try await eventually { order.value.count == 6 })
            #expect(Set(order.value.prefix(3)) == ["b3", "b5", "a4"])
            #expect(order.value.first == "b3")
            #expect(order.value.suffix(3) == ["b0", "a1", "a2"])
        }
    }

    @Test("A row that is due later is settled then, and not before")
    func later() async throws {
        try await SettlingBed.run { bed in
            let id = try await bed.put(bed.anna, "A", in: .seconds(60))
            await bed.advance(by: .seconds(59))
            try await bed.row(try await bed.put(bed.bea, "B"), .settled)
            #expect(try await bed.row(id).status.state == .due)
            await bed.advance(by: .seconds(1))
            try await bed.row(id, .settled)
        }
    }

    @Test("Rows that others made due are found without a wake-up")
    func found() async throws {
        try await SettlingBed.run { bed in
            let id = try await bed.put(bed.anna, "A")
            try await bed.row(id, .settled)
            await bed.settlementsEnded()
            let looks = bed.jobs.looks.value
            #expect(try await eventually { bed.jobs.looks.value > looks })
            #expect(
                try await bed.store.commit([.contactLink(due(try await bed.row(id), at: bed))]) == .committed)
            // The engine may be about to sleep: time moves until it has looked.
            let isFound = try await eventually {
                bed.time.advance(by: .milliseconds(250))
                return try await bed.row(id).status.state == .settled
            }
            #expect(isFound)
        }
    }

    private func due(_ row: ContactLink, at bed: SettlingBed) -> ContactLink {
        var row = row
        row.status.state = .due
        row.status.due = bed.time.now
        return row
    }

    @Test("A mailbox has as many settlements at once as slots; a slow one holds up no other mailbox")
    func slots() async throws {
        try await SettlingBed.run { configuration in
            configuration.slots = 2
        } body: { bed in
            let door = Door()
            bed.work { [anna = bed.anna.id] job, _ in
                if job.mailbox == anna { await door.pass() }
                return job.done()
            }
            let hers = [
                try await bed.put(bed.anna, "A1"), try await bed.put(bed.anna, "A2"),
                try await bed.put(bed.anna, "A3"),
            ]
            #expect(try await eventually { door.waiting == 2 })
            for name in ["B1", "B2", "B3"] { try await bed.row(try await bed.put(bed.bea, name), .settled) }
            #expect(door.waiting == 2)
            door.open()
            for id in hers { try await bed.row(id, .settled) }
        }
    }

    @Test("All mailboxes together have no more settlements at once than the total")
    func total() async throws {
        try await SettlingBed.run { configuration in
            configuration.slots = 2
            configuration.total = 3
        } body: { bed in
            let (door, most) = (Door(), Shared((now: 0, most: 0)))
            bed.work { job, _ in
                most.update { $0 = ($0.now + 1, max($0.most, $0.now + 1)) }
                await door.pass()
                most.update { $0.now -= 1 }
                return job.done()
            }
            var ids: [ContactLinkID] = []
            for name in ["1", "2", "3"] {
                ids.append(try await bed.put(bed.anna, name))
                ids.append(try await bed.put(bed.bea, name))
            }
            #expect(try await eventually { door.waiting == 3 })
            door.open()
            for id in ids { try await bed.row(id, .settled) }
            #expect(most.value.most == 3)
        }
    }
}
