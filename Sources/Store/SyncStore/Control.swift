import Foundation
public import SyncModel

extension SettingName {
    /// Whether synchronisation is started.
    public static let control = SettingName("control")
    /// COM Parameters, as LN has them.
    public static let comParameters = SettingName("ln.comParameters")
    /// MS Exchange Synchronization Settings, as LN has them.
    public static let syncSettings = SettingName("ln.syncSettings")
    /// What to correct of sync users' addresses, by user code.
    public static let addressRemarks = SettingName("ln.addressRemarks")

    /// As whom LN was read last, and in which company.
    public static let connection = SettingName("ln.connection")
}

/// LN as it was reached last (SET-3).
public struct LNConnection: Sendable, Hashable, Codable {
    public var company: Company
    /// X-Infor-LnIdentity; `nil`: the service account's own.
    public var identity: String?

    public init(company: Company, identity: String?) {
        self.company = company
        self.identity = identity
    }
}

/// What an administrator has switched. Effective in every process within two seconds.
public struct Control: Sendable, Hashable, Codable {
    /// Stopped: nobody starts a request to LN or Exchange; intake goes on.
    public var isStarted: Bool

    public init(isStarted: Bool) {
        self.isStarted = isStarted
    }
}

/// Settings and users as the store has them at one moment.
public struct StoreSnapshot: Sendable {
    public var users: [SyncUserID: SyncUser]
    public var settings: [SettingName: Setting]
    /// The store's count of changes that they hold, or more than these.
    public var changes: Int64

    public init(users: [SyncUser] = [], settings: [SettingName: Setting] = [:], changes: Int64 = -1) {
        self.changes = changes
        self.users = Dictionary(users.map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
        self.settings = settings
    }

    /// A new installation is stopped.
    public var isStarted: Bool { value(of: .control, as: Control.self)?.isStarted ?? false }

    /// `nil` until they are read from LN for the first time.
    public var comParameters: ComParameters? { value(of: .comParameters, as: ComParameters.self) }

    /// `nil` until they are read from LN for the first time.
    public var syncSettings: SyncSettings? { value(of: .syncSettings, as: SyncSettings.self) }

    /// What an administrator chose; the standard where he chose nothing, or a word that this program does not know.
    public func policy<Choices: Policy>(_ type: Choices.Type = Choices.self) -> Choices {
        value(of: SettingName(type.name), as: String.self).flatMap(type.init) ?? type.standard
    }

    /// Whether nobody has approved this user's plan yet: his meetings are only linked (CAL-20).
    public func isLinkOnly(_ user: SyncUserID) -> Bool { users[user]?.calendar.isActivated != true }

    /// `nil` until LN was read for the first time.
    public var connection: LNConnection? { value(of: .connection, as: LNConnection.self) }

    /// What an administrator has chosen for calendars.
    public var calendarChoices: CalendarChoices {
        var choices = CalendarChoices()
        choices.inbound = policy()
        choices.inboundCategory = text(.inboundCategory)
        choices.privateEvents = policy()
        choices.privateSubject = text(.privateSubject)
        choices.activityEnding = policy()
        choices.timeConflict = policy()
        choices.textConflict = policy()
        return choices
    }

    /// What an administrator wrote; the standard where he wrote nothing.
    private func text(_ own: OwnSetting) -> String {
        value(of: SettingName(own.name), as: String.self) ?? own.standard
    }

    /// By the user's code in LN.
    public var addressRemarks: [String: AddressRemark] {
        value(of: .addressRemarks, as: [String: AddressRemark].self) ?? [:]
    }

    private func value<Value: Decodable>(of name: SettingName, as type: Value.Type) -> Value? {
        settings[name].flatMap { try? JSONDecoder().decode(type, from: Data($0.value.utf8)) }
    }
}

extension Mutation {
    /// Sets a setting to a value, as JSON.
    public static func setting(_ name: SettingName, _ value: some Encodable, by: String) throws -> Mutation {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        return .setting(name, value: String(decoding: try encoder.encode(value), as: UTF8.self), by: by)
    }
}
