extension PlantedFault {
    /// Runs of calendars in which what the rule is there for happens often.
    var calendarMix: Mix {
        var mix = Mix.calendar
        switch self {
        case .decisionOnOtherValues:
            // The same is asked about a meeting again and again.
            return Self.calendar(
                [.createActivity: 40, .changeOrganizer: 150, .pull: 200, .decideHolds: 100, .wait: 100])
        case .commitBeforeAct:
            // Requests that do nothing.
            return Self.calendar(
                [
                    .createActivity: 50, .createEvent: 50, .editActivity: 150, .editEvent: 150, .pull: 200,
                    .wait: 100,
                ], faults: [.write: 500], edits: [.subject, .location])
        case .staleWins:
            // Readers of different clocks that take turns.
            return Self.calendar(
                [
                    .createActivity: 30, .createEvent: 40, .editActivity: 250, .editEvent: 250, .pull: 300, .crash: 150,
                    .stall: 100, .wait: 50,
                ])
        case .nullOriginalStart:
            mix.weights.merge([.loseAssignment: 200, .stall: 100, .newLog: 40, .createEvent: 200]) { _, new in new }
        case .noTwinSearch: mix.weights.merge([.twin: 150]) { _, new in new }
        case .viewsConfused: mix.weights.merge([.createEvent: 200, .outside: 200, .answer: 60]) { _, new in new }
        case .intentDropped, .createWithoutTransactionID:
            // Events that are made by requests without an answer, and that users delete before anybody looks. What is deleted for good, Exchange
            // does not know any more.
            return Self.calendar(
                [.createActivity: 250, .pull: 150, .discardEvent: 200, .wait: 50], faults: [.write: 400])
        case .noIfMatch:
            // Slow requests, while users on both sides write the same few subjects.
            return Self.calendar(
                [.createActivity: 10, .createEvent: 20, .editActivity: 300, .editEvent: 300, .pull: 200, .wait: 50],
                faults: [.delay: 1000], edits: [.subject])
        case .baseIsSent:
            // Each text that Exchange changes is sent by itself: no write is one of several edits', or a repetition.
            return Self.calendar(
                [.createActivity: 60, .editActivity: 220, .pull: 600], faults: [:], edits: [.raggedBody])
        case .maskedAsEmpty, .privateNotReduced: mix.weights.merge([.createEvent: 200]) { _, new in new }
        case .removedWithoutProof:
            // Many pages of changes.
            return Self.calendar([.createEvent: 60, .editEvent: 300, .pull: 300, .wait: 100])
        case .cursorBeforeAcks:
            // What is lost is not read again for another reason.
            return Self.calendar(
                [
                    .createActivity: 60, .editActivity: 200, .createEvent: 60, .editEvent: 200, .pull: 100,
                    .brokerDown: 60, .wait: 100,
                ], faults: [.produce: 200])
        default: break
        }
        return mix
    }

    private static func calendar(
        _ weights: [Mix.Kind: Int], faults: [Faults.Place: Int] = [.produce: 15, .request: 30, .commit: 10],
        edits: [CalendarStep.Edit] = []
    ) -> Mix {
        Mix(weights: weights, faults: faults, edits: edits, isCalendar: true)
    }
}
