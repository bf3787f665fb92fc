import Administration
import Foundation
import RuntimeTesting
import SyncModel
import SyncStore
import Testing
import WorkerTesting

@Suite("Users")
struct UserTests {
    @Test("Of the mailbox that an address led to before, it is said what to do there; a calendar leaves nothing behind")
    func leftBehind() async throws {
        let bed = try await AdministrationBed()
        let details = [
            "another mailbox stands behind anna@shop.example: where the one before lives on, delete the folder “Infor LN” there",
            "another mailbox stands behind the address: its calendar is read anew",
        ]
        for detail in details {
            let entry = JournalDraft(
                user: bed.anna.id, item: "user/anna", rule: "USR-1", action: "moved", detail: detail)
            #expect(try await bed.store.commit([.journal(entry)]) == .committed)
        }
        let told = try await bed.administration.users().map(\.leftBehind)
        #expect(told[0]?.hasSuffix(details[0]) == true && told[0]?.hasPrefix("since ") == true)
        #expect(told[1] == nil)
    }

    @Test("Each user is listed with what keeps him from being synchronised, and how far his first sync is")
    func list() async throws {
        var quarantined = SyncUser("bert")
        let time = ManualTime()
        quarantined.quarantine = Quarantine(
            reason: "no such mailbox", since: time.now, until: time.now.addingTimeInterval(900), attempts: 1)
        var paused = SyncUser("carl")
        paused.isPaused = true
        let shop = try await Shop(
            SyncUser("anna"), quarantined, paused, SyncUser("dora", isActive: false),
            SyncUser("emil", baseline: .running(after: ContactCode("C7"))))
        let users = try await shop.administration.users()
        #expect(users.map(\.user.rawValue) == ["anna", "bert", "carl", "dora", "emil"])
        #expect(users.map(\.standing) == [.active, .quarantined, .paused, .inactive, .firstSync])
        #expect(users[1].quarantine == "no such mailbox")
        #expect(users[1].retry == quarantined.quarantine?.until)
        #expect(users[4].baseline == "contacts up to C7 are sent")
        shop.time.advance(by: .seconds(901))
        #expect(try await shop.administration.users()[1].standing == .active)
    }

    @Test("A user is paused and resumed by code or address, whatever its case; doing it twice does nothing")
    func pause() async throws {
        let shop = try await Shop(SyncUser("anna"), SyncUser("bert"))
        #expect(try await shop.administration.pause("anna").isChanged)
        #expect(try await !shop.administration.pause("ANNA").isChanged)
        let anna = try #require(try await shop.store.users().first { $0.code.rawValue == "anna" })
        #expect(anna.isPaused)
        #expect(try await shop.administration.resume("Anna@Shop.example").user.standing == .active)
        #expect(try await !shop.administration.resume("anna").isChanged)
        #expect(try await shop.actions(of: "user/anna") == ["resumed", "paused"])
    }

    @Test("Resuming a quarantined user ends the quarantine, and what was to wait is due now")
    func release() async throws {
        var anna = SyncUser("anna")
        let time = ManualTime()
        anna.quarantine = Quarantine(
            reason: "no licence", since: time.now, until: time.now.addingTimeInterval(900), attempts: 3)
        let shop = try await Shop(anna)
        var row = ContactLink(
            id: ContactLinkID(anna, "C1"), status: RowStatus(partition: 0, sequence: .none, priority: .live))
        row.status.state = .due
        row.status.due = time.now.addingTimeInterval(900)
        try await shop.commit([.contactLink(row)])
        let status = try await shop.administration.status(nil, zone: .gmt).users[0]
        #expect(status.state == "quarantined" && status.retry == anna.quarantine?.until)
        let (user, isChanged) = try await shop.administration.resume("anna")
        #expect(isChanged && user.standing == .active && user.quarantine == nil)
        #expect(try await shop.store.contactLink(row.id)?.status.due == shop.time.now)
        #expect(try await !shop.administration.resume("anna").isChanged)
        #expect(try await shop.actions(of: "user/anna") == ["resumed"])
    }

    @Test("A misspelt user is not there, and the one that was meant is named")
    func misspelt() async throws {
        let shop = try await Shop(SyncUser("anna"), SyncUser("bert"))
        let error = await #expect(throws: AdministrationError.self) { try await shop.administration.pause("ana") }
        #expect(error?.description.contains("“anna” (anna@shop.example) was probably meant") == true)
    }

    @Test("An address that two users have names both")
    func ambiguous() async throws {
        var bert = SyncUser("bert")
        bert.email = EmailAddress("Anna@shop.example")
        let shop = try await Shop(SyncUser("anna"), bert)
        let error = await #expect(throws: AdministrationError.self) {
            try await shop.administration.pause("anna@shop.example")
        }
        #expect(error?.description.contains("anna, bert") == true)
    }
}

@Suite("Settings")
struct SettingsTests {
    @Test("LN's copies come first, with their session, version and who changed them; ours follow")
    func show() async throws {
        let shop = try await Shop()
        let interval = try #require(PullInterval(15, .minute))
        try await shop.commit([
            try .setting(.control, Control(isStarted: true), by: "admin"),
            try .setting(
                .comParameters, ComParameters(synchronizeContacts: true, synchronizeActivities: false), by: "LN"),
            try .setting(
                .syncSettings,
                SyncSettings(contactPullInterval: interval, calendarPullInterval: interval, isPushEnabled: false),
                by: "LN"),
            .setting(
                SettingName("ln.isoCodes"), value: #"{"countries":{"DE":"DE","D":"DE"},"languages":{}}"#, by: "LN"),
            .setting(SettingName("later"), value: "7", by: "admin"),
        ])
        try await shop.commit([try .setting(.control, Control(isStarted: false), by: "boss")])
        let settings = try await shop.administration.settings()
        #expect(
            settings.map(\.name.rawValue) == [
                "ln.comParameters", "ln.isoCodes", "ln.syncSettings", "control", "later", "contactFolder",
                "editedInOutlook", "deletedInOutlook", "emailMatch", "eventsFromOutlook", "inboundCategory",
                "privateEvents", "privateSubject", "activityEnding", "timeConflict", "textConflict", "contactHints",
            ])
        #expect(settings[0].title == "COM Parameters (tccom0000s000)")
        #expect(settings[0].fields.map(\.value) == ["on", "off"])
        #expect(settings[1].fields[0].value == "D=DE DE=DE")
        #expect(settings[2].fields.map(\.value) == ["15 minutes", "15 minutes", "off"])
        #expect(settings[3].fields[0].value == "stopped")
        #expect(settings[3].version == 2 && settings[3].changedBy == "boss")
        #expect(settings[4].fields.map(\.value) == ["7"])
        #expect(
            settings.prefix(3).allSatisfy { $0.master == .ln } && !settings.dropFirst(3).contains { $0.master == .ln })
    }
}
