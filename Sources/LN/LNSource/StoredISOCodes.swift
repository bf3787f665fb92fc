import Foundation
import SyncModel
import SyncStore

extension SettingName {
    /// Countries and Languages: LN's codes to ISO's.
    static let isoCodes = SettingName("ln.isoCodes")
}

/// `ISOCodes` as the store has them.
struct StoredISOCodes: Codable {
    let countries: [String: String]
    let languages: [String: String]

    init(_ codes: ISOCodes) {
        countries = Dictionary(uniqueKeysWithValues: codes.countries.map { ($0.key.rawValue, $0.value) })
        languages = Dictionary(uniqueKeysWithValues: codes.languages.map { ($0.key.rawValue, $0.value) })
    }

    var codes: ISOCodes {
        ISOCodes(
            countries: Dictionary(uniqueKeysWithValues: countries.map { (CountryCode($0.key), $0.value) }),
            languages: Dictionary(uniqueKeysWithValues: languages.map { (LanguageCode($0.key), $0.value) }))
    }
}

extension StoreSnapshot {
    /// `nil` until they are read from LN for the first time.
    var isoCodes: ISOCodes? {
        settings[.isoCodes].flatMap { try? JSONDecoder().decode(StoredISOCodes.self, from: Data($0.value.utf8)).codes }
    }
}
