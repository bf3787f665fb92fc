import ExchangeClient
import HTTPTypes
import Kafka
import SyncStore

extension PlantedFault {
    /// Of calendars; all others are of contacts.
    var isOfCalendar: Bool {
        switch self {
        case .noIntent, .positionsBeforeMerge, .noFencing, .unorderedReads, .equalLeavesSequence, .settleForgetsNewer,
            .removalWithoutRow, .oldEpoch:
            false
        default: true
        }
    }

    /// The way to LN or Exchange of a process that breaks this rule.
    func broken(_ transport: any HTTPTransport) -> any HTTPTransport {
        switch self {
        case .flagsInHash, .noIfMatch: MisledTransport(base: transport, fault: self)
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

    /// Runs in which what the rule is there for happens often.
    var calendarMix: Mix {
        var mix = Mix.calendar
        switch self {
        case .decisionOnOtherValues:
            mix.weights.merge([.endEvent: 150, .endActivity: 100, .decideHolds: 200, .stall: 80]) { _, new in new }
        case .nullOriginalStart:
            mix.weights.merge([.loseAssignment: 200, .stall: 100, .newLog: 40, .createEvent: 200]) { _, new in new }
        case .noTwinSearch: mix.weights.merge([.twin: 150]) { _, new in new }
        case .viewsConfused: mix.weights.merge([.createEvent: 200, .outside: 200, .answer: 60]) { _, new in new }
        case .intentDropped:
            mix.weights.merge([.editActivity: 300, .editEvent: 300, .crash: 150]) { _, new in new }
            mix.faults[.request] = 150
        case .maskedAsEmpty, .privateNotReduced: mix.weights.merge([.createEvent: 200]) { _, new in new }
        case .noIfMatch:
            // Requests that arrive when their user has gone on.
            mix.weights.merge([.editActivity: 600, .editEvent: 600, .wait: 300]) { _, new in new }
            mix.faults[.request] = 250
        case .cursorBeforeAcks: mix.faults[.produce] = 60
        default: break
        }
        return mix
    }
}
