import ExchangeClient
import HTTPTypes

extension PlantedFault {
    /// The way to LN or Exchange of a process that breaks this rule.
    func broken(_ transport: SimulatedNetwork) -> any HTTPTransport { transport }

    /// The calendars of a process that breaks this rule.
    func broken(_ calendar: any ExchangeCalendar, _ world: World) -> any ExchangeCalendar { calendar }
}
