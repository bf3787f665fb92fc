public import CalendarSync
public import ContactSync
public import ExchangeSource
import KafkaWorker
public import LNSource
public import Lifecycle
import MailboxWorker
import Settling

/// How long everything may take. All of a program's deadlines come from it, so that they stay in proportion.
public enum DeadlineProfile: String, Sendable, Hashable, CaseIterable {
    case standard
    /// All at a tenth, so that tests and the demo need not wait. Kafka's session timeout stays: brokers refuse less.
    case tenth

    /// A duration of the standard profile as this profile has it.
    public func scaled(_ duration: Duration) -> Duration {
        switch self {
        case .standard: duration
        case .tenth: duration / 10
        }
    }

    /// A record that is not acknowledged by then is given up; shorter than what is left of a lease when a piece is begun.
    public var deliveryTimeout: Duration { scaled(.seconds(7)) }

    /// A question to Kafka. Not scaled: a broker on a busy machine takes its time, whatever the profile.
    public var kafkaRequest: Duration { .seconds(10) }

    /// A request to LN.
    public var lnRequest: Duration { max(.seconds(5), scaled(.seconds(30))) }

    /// A request to Exchange; with an intent's lifetime it bounds how late a write may take effect. On a busy machine the stand-in takes
    /// more than a second, and what is given up is sent again.
    public var exchangeRequest: Duration { max(.seconds(3), scaled(.seconds(10))) }

    public var budgets: ShutdownBudgets {
        var budgets = ShutdownBudgets()
        budgets.request = exchangeRequest
        budgets.drain = .seconds(20)
        return budgets
    }

    /// The reader's bounds.
    public var reader: ReaderDeadlines {
        var deadlines = ReaderDeadlines()
        deadlines.leaseLeft = scaled(deadlines.leaseLeft)
        deadlines.settingsInterval = scaled(deadlines.settingsInterval)
        deadlines.pollInterval = scaled(deadlines.pollInterval)
        deadlines.firstPause = scaled(deadlines.firstPause)
        deadlines.longestPause = scaled(deadlines.longestPause)
        return deadlines
    }

    public func apply(to configuration: inout LNReader.Configuration) {
        configuration.deadlines = reader
        configuration.watchInterval = scaled(configuration.watchInterval)
        configuration.leaseDuration = scaled(configuration.leaseDuration)
        configuration.leaseInterval = scaled(configuration.leaseInterval)
    }

    public func apply(to configuration: inout ExchangeReader.Configuration) {
        configuration.deadlines.leaseLeft = scaled(configuration.deadlines.leaseLeft)
        configuration.deadlines.pollInterval = scaled(configuration.deadlines.pollInterval)
        configuration.deadlines.lookInterval = scaled(configuration.deadlines.lookInterval)
        configuration.deadlines.hintInterval = scaled(configuration.deadlines.hintInterval)
        configuration.deadlines.firstPause = scaled(configuration.deadlines.firstPause)
        configuration.deadlines.longestPause = scaled(configuration.deadlines.longestPause)
        configuration.deadlines.mendPause = scaled(configuration.deadlines.mendPause)
        configuration.deadlines.quarantinePauses = configuration.deadlines.quarantinePauses.map(scaled)
        configuration.deadlines.identityInterval = scaled(configuration.deadlines.identityInterval)
        apply(to: &configuration.intake)
        configuration.watchInterval = scaled(configuration.watchInterval)
        configuration.leaseDuration = scaled(configuration.leaseDuration)
        configuration.leaseInterval = scaled(configuration.leaseInterval)
    }

    public func apply(to configuration: inout CalendarWorker.Configuration) {
        apply(to: &configuration.worker)
        configuration.calendar.zoneInterval = scaled(configuration.calendar.zoneInterval)
        configuration.calendar.quarantinePauses = configuration.calendar.quarantinePauses.map(scaled)
        configuration.outboxInterval = scaled(configuration.outboxInterval)
    }

    public func apply(to configuration: inout ContactWorker.Configuration) {
        apply(to: &configuration.worker)
        configuration.editInterval = scaled(configuration.editInterval)
        configuration.copyInterval = scaled(configuration.copyInterval)
        configuration.contacts.lookInterval = scaled(configuration.contacts.lookInterval)
        configuration.contacts.quarantinePauses = configuration.contacts.quarantinePauses.map(scaled)
    }

    private func apply<Domain>(to configuration: inout MailboxWorker<Domain>.Configuration) {
        apply(to: &configuration.intake)
        apply(to: &configuration.settling)
        configuration.watchInterval = scaled(configuration.watchInterval)
        configuration.leaseDuration = scaled(configuration.leaseDuration)
        configuration.leaseInterval = scaled(configuration.leaseInterval)
    }

    private func apply(to intake: inout IntakeWorker.Configuration) {
        intake.commitInterval = scaled(intake.commitInterval)
        intake.firstPause = scaled(intake.firstPause)
        intake.longestPause = scaled(intake.longestPause)
        intake.drainTimeout = scaled(intake.drainTimeout)
    }

    private func apply<Domain>(to settling: inout Settler<Domain>.Configuration) {
        settling.pollInterval = scaled(settling.pollInterval)
        // Longer than a request takes, and time is left to begin it.
        settling.lastStartBeforeDeadline = exchangeRequest * 1.5
        settling.intentLifetime = max(exchangeRequest * 2.5, scaled(settling.intentLifetime))
        settling.firstPause = scaled(settling.firstPause)
        settling.longestPause = scaled(settling.longestPause)
        settling.releaseTimeout = scaled(settling.releaseTimeout)
    }
}
