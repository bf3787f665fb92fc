import Foundation
public import SyncModel

/// A row of MS Exchange Synchronization Users (ttaad2141m000).
public struct LNSyncUser: Sendable, Hashable {
    public var code: LNUserCode
    public var name: String
    /// Empty where LN has none.
    public var email: EmailAddress
    public var isActive: Bool

    public init(code: LNUserCode, name: String, email: EmailAddress, isActive: Bool) {
        self.code = code
        self.name = name
        self.email = email
        self.isActive = isActive
    }
}

extension LNClient {
    /// All rows of MS Exchange Synchronization Users (ttaad2141m000), in the order of their codes.
    public func syncUsers() async throws(LNError) -> [LNSyncUser] {
        try await all(.syncUsers) { row throws(LNError) in
            LNSyncUser(
                code: try row.key(), name: try row.text("Name") ?? "",
                email: EmailAddress((try row.text("Email") ?? "").trimmingCharacters(in: .whitespaces)),
                isActive: try row.isYes("Active"))
        }
    }

    /// MS Exchange Synchronization Settings (ttaad2140m000).
    public func syncSettings() async throws(LNError) -> SyncSettings {
        let row = try await single(.syncSettings, "save MS Exchange Synchronization Settings (ttaad2140m000) once")
        return SyncSettings(
            contactPullInterval: try interval(row, "ContactPullInterval"),
            calendarPullInterval: try interval(row, "CalendarPullInterval"),
            isPushEnabled: try row.isYes("EnablePushSynchronization"))
    }

    /// COM Parameters (tccom0000s000).
    public func comParameters() async throws(LNError) -> ComParameters {
        let row = try await single(.comParameters, "save COM Parameters (tccom0000s000) once")
        return ComParameters(
            synchronizeContacts: try row.isYes("SynchronizeContacts"),
            synchronizeActivities: try row.isYes("SynchronizeActivities"))
    }

    /// Countries (tcmcs0510m000) and Languages (tcmcs0146m000): those that have ISO codes.
    public func isoCodes() async throws(LNError) -> ISOCodes {
        let countries = try await all(.countries) { row throws(LNError) in
            (try row.key(CountryCode.self), try isoCode(row, "ISOCodeAlpha2")?.uppercased())
        }
        let languages = try await all(.languages) { row throws(LNError) in
            (try row.key(LanguageCode.self), try isoCode(row, "ISOCode")?.lowercased())
        }
        var codes = ISOCodes()
        for (code, iso) in countries { codes.countries[code] = iso }
        for (code, iso) in languages { codes.languages[code] = iso }
        return codes
    }

    /// Two letters: a code of another form is as good as none, and its contacts go out without it.
    private func isoCode(_ row: ODataRow, _ property: String) throws(LNError) -> String? {
        guard let text = try row.text(property)?.trimmingCharacters(in: .whitespaces), text.utf8.count == 2,
            text.utf8.allSatisfy({ (0x41...0x5A).contains($0 & 0xDF) })
        else { return nil }
        return text
    }

    private func interval(_ row: ODataRow, _ property: String) throws(LNError) -> PullInterval {
        let count = try row.count(property)
        let name = try row.text(property + "Unit") ?? ""
        let unit = PullInterval.Unit.allCases.first { name.lowercased().hasPrefix($0.rawValue) }
        guard let unit, let interval = PullInterval(count, unit) else {
            throw LNError(
                .invalidAnswer,
                "\(property) is \(count) \(name): MS Exchange Synchronization Settings (ttaad2140m000) needs a number from 1 and minutes, hours or days"
            )
        }
        return interval
    }

    private func single(_ set: LNEntitySet, _ advice: String) async throws(LNError) -> ODataRow {
        guard let row = try await odata.read(set, OData.Query()).rows.first else {
            throw LNError(.invalidAnswer, "\(set.rawValue) has no row in LN: \(advice)")
        }
        return row
    }

    /// A whole set, in the order of its keys, page by page.
    private func all<Element: Sendable>(
        _ set: LNEntitySet, _ element: (ODataRow) throws(LNError) -> Element
    ) async throws(LNError) -> [Element] {
        var elements: [Element] = []
        var after: LNContinuation?
        repeat {
            let page = try await rows(of: set, filter: nil, after: after, limit: Self.wholeSetPage)
            for row in page.elements { elements.append(try element(row)) }
            after = page.next
        } while after != nil
        return elements
    }

    private static let wholeSetPage = 1000
}
