import Foundation
import Runtime
import SyncModel
import SyncStore

extension Administration {
    /// Sets a setting of our own (SET-1). Effective in every process within two seconds.
    /// - Parameters:
    ///   - name: as `OwnSetting.all` has it, whatever the case.
    ///   - value: one of its choices, whatever the case.
    /// - Returns: the setting as it is now, and whether it was another before.
    /// - Throws: `AdministrationError` where it is LN's, does not exist, or has no such value.
    public func set(_ name: String, to value: String) async throws -> (setting: SettingListing, isChanged: Bool) {
        let own = try Self.ownSetting(name)
        let choice = try own.choice(value)
        let key = SettingName(own.name)
        while true {
            let before = StoreSnapshot(
                settings: try await store.settings(), changes: try await store.controlChanges())
            let known = before.settings[key]
            guard own.value(of: known) != choice else { return (SettingListing(own, known), false) }
            let outcome = try await store.commit([
                .unchangedControl(since: before.changes), try .setting(key, choice, by: by),
                .journal(
                    JournalDraft(
                        item: "setting/\(own.name)", rule: "SET-1", action: "set",
                        detail: "\(choice) in place of \(own.value(of: known)), by \(by)")),
            ])
            guard outcome == .committed else { continue }
            return (SettingListing(own, try await store.settings()[key]), true)
        }
    }

    private static func ownSetting(_ name: String) throws(AdministrationError) -> OwnSetting {
        let wanted = LNField.folded(name)
        if let own = OwnSetting.all.first(where: { $0.name.lowercased() == wanted }) { return own }
        if let field = LNField.named(name) { throw AdministrationError(field.refusal) }
        if ["control", "synchronisation", "synchronization"].contains(wanted) {
            throw AdministrationError("synchronisation is switched with lnsync start and lnsync stop")
        }
        let names = OwnSetting.all.map(\.name)
        let nearest = Spelling.nearest(to: name, among: names)
        throw AdministrationError(
            "there is no setting “\(name)”" + (nearest.map { "; “\($0)” was probably meant" } ?? "")
                + "; expected one of: \(names.joined(separator: ", ")). LN's are changed in LN: lnsync settings show names "
                + "the session")
    }
}

extension OwnSetting {
    /// What holds: the standard where nobody has set it, or set it to a word that this program does not know.
    func value(of setting: Setting?) -> String {
        let word = setting.flatMap { try? JSONDecoder().decode(String.self, from: Data($0.value.utf8)) }
        return choices.isEmpty || choices.contains { $0.value == word } ? word ?? standard : standard
    }

    /// How long a text may be: LN's subjects are not longer.
    private static let longestText = 60

    func choice(_ word: String) throws(AdministrationError) -> String {
        if choices.isEmpty {
            let text = word.trimmingCharacters(in: .whitespacesAndNewlines)
            guard !text.isEmpty, text.count <= Self.longestText, text.unicodeScalars.allSatisfy({ $0.value >= 0x20 })
            else {
                throw AdministrationError(
                    "\(name) can't be “\(word)”: expected a text of 1 to \(Self.longestText) characters")
            }
            return text
        }
        if let choice = choices.first(where: { $0.value.lowercased() == word.lowercased() }) { return choice.value }
        let words = choices.map { "\($0.value) (\($0.meaning))" }.joined(separator: "; ")
        throw AdministrationError("\(name) can't be “\(word)”: expected one of: \(words)")
    }
}
