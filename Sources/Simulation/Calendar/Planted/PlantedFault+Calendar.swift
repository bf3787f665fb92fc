import ExchangeClient
import HTTPTypes
import Kafka
import SyncStore

extension PlantedFault {
    /// Of calendars; all others are of contacts.
    var isOfCalendar: Bool {
        switch self {
        case .noIntent, .positionsBeforeMerge, .noFencing, .unorderedReads, .equalLeavesSequence, .settleForgetsNewer,
            .removalWithoutRow, .oldEpoch, .returnNotSent, .settledForgotten:
            false
        default: true
        }
    }

    /// The way to LN or Exchange of a process that breaks this rule.
    func broken(_ transport: any HTTPTransport) -> any HTTPTransport {
        switch self {
        case .flagsInHash, .noIfMatch, .createWithoutTransactionID: MisledTransport(base: transport, fault: self)
        default: transport
        }
    }

    /// The calendars of a process that breaks this rule.
    func broken(_ calendar: any ExchangeCalendar, _ rumours: MisledCalendar.Rumours) -> any ExchangeCalendar {
        switch self {
        case .maskedAsEmpty, .privateNotReduced, .noTwinSearch, .removedWithoutProof, .viewsConfused:
            MisledCalendar(base: calendar, fault: self, rumours: rumours)
        default: calendar
        }
    }
}
