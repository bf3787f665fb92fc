public import HTTPTypes
public import Runtime
public import SyncModel
public import Telemetry

/// LN through its OData services and ION API: what the synchronisation needs to read, and to write of activities, as values of the
/// model.
///
/// LN's "" and 1970-01-01 come as `nil`, codes without the blanks that LN pads them with. Every call is one request or a few and
/// throws a `LNError`; nothing is repeated here but what LN asks for: a new token, the U14 quirk.
public struct LNClient: Sendable {
    public struct Configuration: Sendable {
        /// The `.ionapi` file, asked for with each new token: a file that was replaced is in force with the next one.
        public var credentials: @Sendable () throws(LNError) -> IONAPIFile
        /// The company that owns the contacts' table.
        public var company: Company
        /// Content-Language: LN answers in it.
        public var language = "en-US"
        /// The LN identity to switch to; `nil`: that of the service account.
        public var identity: String?
        /// The identity that an activity is made with, in which `*` stands for the organizer's LN user: who makes an activity becomes its
        /// Meeting Organizer. `nil`: `identity` makes it, whose user has to be an employee.
        public var makerIdentity: String?
        public var mapping = LNMapping.standard
        /// Of one request.
        public var timeout: Duration = .seconds(30)

        public init(company: Company, credentials: @escaping @Sendable () throws(LNError) -> IONAPIFile) {
            self.credentials = credentials
            self.company = company
        }
    }

    /// Keys of one `$filter`: a longer address is refused on the way.
    public static let keysPerQuery = 50

    let odata: OData

    public var company: Company { odata.company }
    /// The LN identity that is switched to; `nil`: that of the service account.
    public var identity: String? { odata.identity }
    public var mapping: LNMapping { odata.mapping }

    init(_ odata: OData) {
        self.odata = odata
    }

    public init(
        _ configuration: Configuration, transport: any HTTPTransport, time: any TimeSource, log: Logger
    ) {
        odata = OData(
            fit: ServiceFit(configuration.mapping), company: configuration.company,
            language: configuration.language, identity: configuration.identity,
            makerIdentity: configuration.makerIdentity, transport: transport,
            tokens: AccessTokens(
                configuration.credentials, transport: transport, time: time, timeout: configuration.timeout),
            timeout: configuration.timeout, time: time, log: log.labelled("LNClient"))
    }
}

/// One page of an answer.
public struct LNPage<Element: Sendable>: Sendable {
    public let elements: [Element]
    /// Where it goes on; `nil` where this was the last page.
    public let next: LNContinuation?
}

/// The place behind a page.
public struct LNContinuation: Sendable, Hashable {
    enum Place: Sendable, Hashable {
        /// LN named it.
        case link(String)
        /// Behind the row with this key, with this number where one key has several rows, and with this modification time where the
        /// rows are in its order.
        case row(key: String, part: Int?, time: LNTime?)
    }

    let place: Place
}
