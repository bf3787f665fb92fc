public import Configuration
public import Foundation
public import SyncModel

/// Where LN is and who we are there.
public struct LNSettings: Sendable {
    /// The credentials file of the authorized app, as ION API's administrator downloads it.
    public var credentials: SecretFile
    public var company: Company
    public var language: String
    public var identity: String?
    /// The identity that an activity is made with; the star stands for its organizer's LN user. `nil`: `identity`.
    public var makerIdentity: String?
    /// A file that names services, sets and properties otherwise than the shipped default.
    public var mapping: String?
    /// In which LN's pull intervals are aligned to the clock.
    public var zone: TimeZone

    public init(_ configuration: inout Configuration) {
        credentials = configuration.secret(
            "ln.ionapi", "the .ionapi file of the authorized app (Backend Service), downloaded from ION API")
        company = Self.company(&configuration)
        language = configuration.text(
            "ln.language", "Content-Language of the requests: the language of LN's data", standard: "en-US")
        identity = configuration.optionalText("ln.identity", "the LN identity to switch to (X-Infor-LnIdentity)")
        let maker = configuration.text(
            "ln.maker-identity",
            "the LN identity that an activity is made with for an event of Outlook's; * is the organizer's LN user",
            standard: "lnapi_*")
        makerIdentity = maker.isEmpty ? nil : maker
        mapping = configuration.optionalText(
            "ln.mapping", "a JSON file that names LN's services, sets and properties where they differ")
        zone = Self.zone(&configuration)
    }

    /// The setting `ln.company`, which who takes hints needs without the rest.
    public static func company(_ configuration: inout Configuration) -> Company {
        Company(configuration.integer("ln.company", "the LN company that owns the contacts' table", in: 0...9999))
    }

    /// The setting `time.zone`, which lnsync needs without the rest.
    public static func zone(_ configuration: inout Configuration) -> TimeZone {
        configuration.parsed(
            "time.zone", "the zone in which pull intervals are aligned to the clock",
            expected: "a name such as Europe/Stockholm", standard: ("UTC", .gmt), { TimeZone(identifier: $0) })
    }
}
