import Foundation
import HTTPTypes
import Processes
import Testing

/// What the pipeline rests on is away for a while: it says so, loses nothing, and goes on by itself.
@Suite("Outages")
struct OutageTests {
    @Test(
        "Without a broker at the start the programs wait and say so, and SIGTERM ends them; once it is there they work")
    func brokerAtStart() async throws {
        let pipeline = try await Pipeline(startsKafka: false)
        for program in ["ln-producer", "contact-worker"] {
            try await pipeline.start(program)
            try await pipeline.start(program, as: "impatient-\(program)")
            for name in [program, "impatient-\(program)"] {
                try await eventually("\(name) says what it waits for") {
                    await pipeline.readiness(of: name)?.contains("waiting for Kafka") == true
                }
            }
            let status = await pipeline.end("impatient-\(program)", by: SIGTERM)
            #expect(status == 0, "\(pipeline.text(of: "impatient-\(program)"))")
        }
        try await pipeline.begin()
        try await pipeline.startKafka()
        try await pipeline.inStep("the first sync")
        await pipeline.close()
    }

    @Test("A broker that goes away during work: settling rests, readiness says so; when it is back all goes on")
    func brokerDuringWork() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        pipeline.signal(SIGSTOP, "kafka")
        try await eventually("contact-worker is not ready") {
            await pipeline.readiness(of: "contact-worker")?.contains("Kafka") == true
        }
        try await eventually("ln-producer is not ready") {
            await pipeline.readiness(of: "ln-producer")?.contains("Kafka") == true
        }
        let contact = try #require(try await pipeline.contactsInScope().first)
        _ = try await pipeline.client.send(
            .patch, "\(pipeline.ln)/sandbox/data/Contacts/\(contact)", Data(#"{"JobTitle":"During the outage"}"#.utf8))
        pipeline.signal(SIGCONT, "kafka")
        try await eventually("both are ready again") {
            let worker = await pipeline.readiness(of: "contact-worker")
            let producer = await pipeline.readiness(of: "ln-producer")
            return worker == "ready" && producer == "ready"
        }
        try await pipeline.pull()
        try await pipeline.inStep("the change of the outage")
        #expect(try await pipeline.dump().contains("During the outage"))
        await pipeline.close()
    }

    @Test("LN or Exchange away: said once, readiness stays, and what was changed meanwhile arrives afterwards")
    func servers() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        let contacts = try await pipeline.contactsInScope()
        try await pipeline.control(pipeline.ln, "faults", ["kind": "status", "status": 503, "count": 1_000_000])
        try await pipeline.control(pipeline.exchange, "faults", ["kind": "status", "status": 503, "count": 1_000_000])
        try await pipeline.edit(contacts[0], ["JobTitle": "While LN was away"])
        try await eventually("LN's outage is in the log") {
            pipeline.text(of: "ln-producer").contains("LN can't be read at the moment")
        }
        #expect(await pipeline.readiness(of: "ln-producer") == "ready")
        _ = try await pipeline.client.send(.delete, pipeline.ln + "/sandbox/faults")
        try await eventually("LN is read again") { pipeline.text(of: "ln-producer").contains("LN is read again") }
        try await eventually("Exchange's outage is told where one asks") {
            try await pipeline.lnsync("item", "explain", contacts[0]).output.contains("503")
        }
        #expect(await pipeline.readiness(of: "contact-worker") == "ready")
        _ = try await pipeline.client.send(.delete, pipeline.exchange + "/sandbox/faults")
        try await pipeline.inStep("the change of the outage")
        #expect(try await pipeline.dump().contains("While LN was away"))
        await pipeline.close()
    }

    @Test(
        "LN or Exchange with its port closed: said once, readiness stays, and what was changed meanwhile arrives afterwards"
    )
    func closedPorts() async throws {
        let pipeline = try await Pipeline()
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")
        try await pipeline.idle()
        let contacts = try await pipeline.contactsInScope()
        try await pipeline.editUnseen(contacts[0], ["JobTitle": "Before LN was closed"])
        let before = try await pipeline.exchangeCounters().total.changes
        await pipeline.end("ln")
        try await pipeline.pull()
        try await eventually("LN's outage is in the log") {
            pipeline.text(of: "ln-producer").contains("LN can't be read at the moment")
        }
        try await eventually("LN's outage is in status") {
            try await pipeline.lnsync("status").output.contains("LN can't be read")
        }
        #expect(await pipeline.readiness(of: "ln-producer") == "ready")
        await pipeline.end("exchange")
        var start = ContinuousClock.now
        try await pipeline.startLN()
        try await eventually("LN is read again") { pipeline.text(of: "ln-producer").contains("LN is read again") }
        Survival.report(
            "LN's port is closed, and opened again",
            seen: "told once in ln-producer's log, and in status; its pull is caught up",
            since: start)
        try await eventually("Exchange's outage is told where one asks") {
            try await pipeline.lnsync("item", "explain", contacts[0]).output.contains("no answer from Graph")
        }
        #expect(await pipeline.readiness(of: "contact-worker") == "ready")
        start = .now
        try await pipeline.startExchange()
        try await pipeline.inStep("the change of the outage")
        Survival.report(
            "Exchange's port is closed, and opened again", seen: "lnsync item explain names it; what waited is written",
            since: start)
        try await pipeline.idle()
        #expect(try await pipeline.dump().contains("Before LN was closed"))
        let users = try await pipeline.mailboxes().count
        #expect(try await pipeline.exchangeCounters().total.changes == before + users)
        await pipeline.close()
    }

    @Test(
        "A missing, an unlicensed and an out-of-scope mailbox are left alone, each with its reason; the others are served"
    )
    func mailboxes() async throws {
        let pipeline = try await Pipeline(users: 4)
        let mailboxes = try await pipeline.mailboxes()
        _ = try await pipeline.client.send(.delete, "\(pipeline.exchange)/sandbox/mailboxes/\(mailboxes[0])")
        try await pipeline.control(
            pipeline.exchange, "mailboxes", ["address": mailboxes[1], "kind": "unlicensed"])
        try await pipeline.control(
            pipeline.exchange, "mailboxes", ["address": mailboxes[2], "kind": "outOfScope"])
        try await pipeline.startAll()
        let contacts = try await pipeline.contactsInScope()
        try await eventually("the fourth mailbox is served, the others are quarantined") {
            let journal = try await pipeline.journal()
            let items = try await pipeline.dump().components(separatedBy: "LnContact").count - 1
            return journal.count { $0.contains("quarantined") } == 3 && items == contacts.count
        }
        let users = try await pipeline.lnsync("users", "list")
        for address in mailboxes.prefix(3) {
            let line = users.output.split(separator: "\n").first { $0.contains(address) } ?? ""
            #expect(line.contains("mailbox") || line.contains("quarantine"), "\(users.output)")
        }
        // Given back, it is served without a restart once its pause is over; nobody else waited for it.
        #expect(await pipeline.readiness(of: "contact-worker") == "ready")
        await pipeline.close()
    }
}
