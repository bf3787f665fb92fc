import Administration
import SyncEvents
import Testing

@Suite("The topics of an installation")
struct TopicSpecificationTests {
    @Test("Every topic of the catalogue, a dead-letter topic for each group that reads it, all with the prefix")
    func names() {
        let names = TopicSpecification.all(TopicNames(prefix: "acme."), partitions: 24).map(\.name)
        #expect(
            names == [
                "acme.ln.notifications", "acme.ln.contact-changes",
                "acme.ln.contact-changes.acme.contact-worker.dead-letter", "acme.ln.contact-backfill",
                "acme.ln.contact-backfill.acme.contact-worker.dead-letter", "acme.ln.activity-changes",
                "acme.ln.activity-changes.acme.calendar-worker.dead-letter", "acme.exchange.notifications",
                "acme.exchange.notifications.acme.exchange-producer.dead-letter", "acme.exchange.event-changes",
                "acme.exchange.event-changes.acme.calendar-worker.dead-letter", "acme.invitation.requests",
                "acme.sync.journal",
            ])
    }

    @Test("All have as many partitions; retention is by time, and nothing is compacted")
    func configuration() {
        let topics = TopicSpecification.all(TopicNames(), partitions: 12)
        #expect(topics.allSatisfy { $0.partitions == 12 && $0.configuration["cleanup.policy"] == "delete" })
        let days = topics.map { $0.configuration["retention.ms"].flatMap(Int.init).map { $0 / 86_400_000 } }
        #expect(days == [1, 30, 90, 7, 90, 30, 90, 1, 90, 30, 90, 30, 90])
    }
}
