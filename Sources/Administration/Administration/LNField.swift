/// A field that LN is master of (SET-1): nobody changes it here, for the mapping names no service that writes it.
struct LNField: Sendable, Hashable {
    /// As its session calls it.
    let name: String
    let session: String
    /// What it is called here besides.
    let others: [String]

    /// Of the sessions that are taken over.
    static let all = [
        LNField("Synchronize Contacts", comParameters, "ln.comParameters", "tccom0000s000", "COM Parameters"),
        LNField("Synchronize Activities", comParameters),
        LNField("Contact synchronization: Pull Interval", syncSettings, "Contact pull interval", "Pull Interval"),
        LNField("Calendar synchronization: Pull Interval", syncSettings, "Calendar pull interval"),
        LNField(
            "Enable push synchronization", syncSettings, "isPushEnabled", "push", "ln.syncSettings", "ttaad2140m000"),
        LNField("Active", syncUsers, "ttaad2141m000"), LNField("Email Address", syncUsers, "E-mail"),
        LNField("ISO codes", "Countries (tcmcs0510m000) and Languages (tcmcs0146m000)", "ln.isoCodes"),
    ]

    static let comParameters = "COM Parameters (tccom0000s000)"
    static let syncSettings = "MS Exchange Synchronization Settings (ttaad2140m000)"
    static let syncUsers = "MS Exchange Synchronization Users (ttaad2141m000)"

    private init(_ name: String, _ session: String, _ others: String...) {
        self.name = name
        self.session = session
        self.others = others
    }

    /// The field of that name, however it is written: `contactPullInterval`, `contact-pull-interval`.
    static func named(_ name: String) -> LNField? {
        let wanted = folded(name)
        return all.first { ([$0.name] + $0.others).contains { folded($0) == wanted } }
    }

    /// Letters and digits alone, in lower case.
    static func folded(_ name: String) -> String { name.lowercased().filter { $0.isLetter || $0.isNumber } }

    /// Why it is not changed here, and where it is.
    var refusal: String {
        "“\(name)” is LN's: change it there, in \(session). It is taken over within a minute, and nothing is restarted"
    }
}
