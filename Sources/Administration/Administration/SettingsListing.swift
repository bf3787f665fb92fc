public import Foundation
import SyncModel
public import SyncStore

/// A setting as the store has it: a copy of LN's, or one of our own.
public struct SettingListing: Sendable, Hashable, Codable {
    /// Where it is changed.
    public enum Master: String, Sendable, Hashable, Codable {
        /// In LN; ours is a copy.
        case ln = "LN"
        /// Here, with lnsync.
        case installation
    }

    public struct Field: Sendable, Hashable, Codable {
        /// As LN's session calls it.
        public var name: String
        public var value: String
    }

    public var name: SettingName
    /// With the session: `COM Parameters (tccom0000s000)`.
    public var title: String
    public var master: Master
    public var fields: [Field]
    /// Which values a setting of our own may have, the standard first; absent where lnsync settings set does not take it.
    public var choices: [Choice]?
    /// Counts its changes; 0 where nobody has set it and the standard holds.
    public var version: Int64
    public var changedBy: String?
    public var changed: Date?

    public struct Choice: Sendable, Hashable, Codable {
        public var value: String
        /// What it leads to, in words.
        public var meaning: String
    }
}

extension Administration {
    /// Every setting that the store has, LN's first, then our own, those too that nobody has set.
    public func settings() async throws -> [SettingListing] {
        let settings = try await store.settings()
        let own = OwnSetting.all.map { SettingListing($0, settings[SettingName($0.name)]) }
        let names = Set(own.map(\.name))
        let listings = settings.filter { !names.contains($0.key) }
            .map { SettingListing($0.key, $0.value, StoreSnapshot(settings: settings)) }
        return listings.sorted { ($0.master == .ln ? 0 : 1, $0.name) < ($1.master == .ln ? 0 : 1, $1.name) } + own
    }
}

extension SettingListing {
    /// - Parameter setting: what an administrator has set; `nil` where the standard holds.
    init(_ own: OwnSetting, _ setting: Setting?) {
        self.init(
            name: SettingName(own.name), title: own.title, master: .installation,
            fields: [Field(name: own.name, value: own.value(of: setting))],
            choices: own.choices.isEmpty ? nil : own.choices.map { Choice(value: $0.value, meaning: $0.meaning) },
            version: setting?.version ?? 0,
            changedBy: setting?.changedBy, changed: setting?.changed)
    }

    fileprivate init(_ name: SettingName, _ setting: Setting, _ snapshot: StoreSnapshot) {
        func word(_ isOn: Bool) -> String { isOn ? "on" : "off" }
        var title = name.rawValue
        var fields: [Field] = []
        switch name {
        case .control:
            title = "lnsync start, lnsync stop"
            fields = [Field(name: "Synchronisation", value: snapshot.isStarted ? "started" : "stopped")]
        case .comParameters:
            title = "COM Parameters (tccom0000s000)"
            if let parameters = snapshot.comParameters {
                fields = [
                    Field(name: "Synchronize Contacts", value: word(parameters.synchronizeContacts)),
                    Field(name: "Synchronize Activities", value: word(parameters.synchronizeActivities)),
                ]
            }
        case .syncSettings:
            title = "MS Exchange Synchronization Settings (ttaad2140m000)"
            if let settings = snapshot.syncSettings {
                fields = [
                    Field(name: "Contact pull interval", value: settings.contactPullInterval.description),
                    Field(name: "Calendar pull interval", value: settings.calendarPullInterval.description),
                    Field(name: "Enable push synchronization", value: word(settings.isPushEnabled)),
                ]
            }
        case SettingName("ln.isoCodes"):
            title = "Countries (tcmcs0510m000) and Languages (tcmcs0146m000) with their ISO codes"
            let codes =
                (try? JSONDecoder().decode([String: [String: String]].self, from: Data(setting.value.utf8))) ?? [:]
            fields = [
                Field(name: "Countries", value: Self.codes(codes["countries"])),
                Field(name: "Languages", value: Self.codes(codes["languages"])),
            ]
        case .connection:
            title = "LN, as it was reached last"
            if let connection = snapshot.connection {
                fields = [
                    Field(name: "Company", value: connection.company.description),
                    Field(name: "Identity", value: connection.identity ?? "the service account's"),
                ]
            }
        case .addressRemarks:
            title = "Addresses of users to be corrected in LN"
            fields = snapshot.addressRemarks.sorted { $0.key < $1.key }.map {
                Field(name: $0.key, value: $0.value.text)
            }
            if fields.isEmpty { fields = [Field(name: "Addresses", value: "none")] }
        default:
            break
        }
        // A newer program's setting, or one that can't be read, is shown as it is.
        if fields.isEmpty { fields = [Field(name: "Value", value: setting.value)] }
        self.init(
            name: name, title: title, master: name.rawValue.hasPrefix("ln.") ? .ln : .installation, fields: fields,
            version: setting.version, changedBy: setting.changedBy, changed: setting.changed)
    }

    private static func codes(_ codes: [String: String]?) -> String {
        (codes ?? [:]).sorted { $0.key < $1.key }.map { "\($0.key)=\($0.value)" }.joined(separator: " ")
    }
}
