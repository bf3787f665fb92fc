import Administration
import Foundation
import SyncModel
import SyncPlanner
import SyncStore
import Testing
import WorkerTesting

@Suite("Settings of our own, and LN's (SET-1)")
struct SettingTests {
    @Test(
        "A setting of our own is set to one of its values, by whom and when is recorded, and the standard holds before")
    func ours() async throws {
        let bed = try await AdministrationBed()
        func folder() async throws -> SettingListing {
            try #require(try await bed.administration.settings().first { $0.name == SettingName("contactFolder") })
        }
        let standard = try await folder()
        #expect(standard.fields.map(\.value) == ["own"])
        #expect(standard.version == 0 && standard.changedBy == nil)
        let (setting, isChanged) = try await bed.administration.set("contactfolder", to: "DEFAULT")
        #expect(isChanged && setting.fields.map(\.value) == ["default"])
        #expect(try await folder() == setting)
        #expect(setting.version == 1 && setting.changedBy == "smith" && setting.changed != nil)
        #expect(
            StoreSnapshot(settings: try await bed.store.settings()).policy(ContactFolderPolicy.self) == .mailboxDefault)
        #expect(try await bed.administration.set("contactFolder", to: "default").isChanged == false)
        let entries = try await bed.journal()
        #expect(entries.map(\.item) == ["setting/contactFolder"])
        #expect(entries.map(\.detail) == ["default in place of own, by smith"])
    }

    @Test("What is chosen for calendars reaches the planner's policy; texts are taken as they are written")
    func calendars() async throws {
        let bed = try await AdministrationBed()
        func policy() async throws -> CalendarPolicy {
            let snapshot = StoreSnapshot(settings: try await bed.store.settings())
            return CalendarPolicy(snapshot.calendarChoices, isLinkOnly: false)
        }
        #expect(try await policy() == CalendarPolicy())
        for (name, value) in [
            ("eventsFromOutlook", "category"), ("inboundCategory", "  Kunde "), ("privateEvents", "skip"),
            ("privateSubject", "Privat"), ("activityEnding", "removed"), ("timeConflict", "ln"),
            ("textConflict", "exchange"),
        ] {
            #expect(try await bed.administration.set(name, to: value).isChanged, "\(name)")
        }
        let chosen = try await policy()
        #expect(chosen.inbound == .category("Kunde") && chosen.privateEvents == .skip)
        #expect(chosen.privateSubject == "Privat" && chosen.activityEnding == .removed)
        #expect(chosen.winners == [.time: .ln, .location: .ln, .subject: .exchange, .body: .exchange])
        let listed = try await bed.administration.settings().first { $0.name == SettingName("privateSubject") }
        #expect(listed?.fields.map(\.value) == ["Privat"] && listed?.choices == nil)
    }

    @Test(
        "LN's fields are refused with the session, what does not exist with what does",
        arguments: [
            ("push", "on", "MS Exchange Synchronization Settings (ttaad2140m000)"),
            ("Enable push synchronization", "on", "MS Exchange Synchronization Settings (ttaad2140m000)"),
            ("contactPullInterval", "5", "MS Exchange Synchronization Settings (ttaad2140m000)"),
            ("ln.comParameters", "x", "COM Parameters (tccom0000s000)"),
            ("synchronize-contacts", "off", "COM Parameters (tccom0000s000)"),
            ("active", "on", "MS Exchange Synchronization Users (ttaad2141m000)"),
            ("control", "stopped", "lnsync stop"),
            ("emialMatch", "exact", "“emailMatch” was probably meant"),
            ("colour", "red", "expected one of: contactFolder, editedInOutlook, deletedInOutlook, emailMatch"),
            ("emailMatch", "no", "expected one of: ignoreCase (are the same address"),
            ("privateSubject", "  ", "expected a text of 1 to 60 characters"),
        ])
    func refused(name: String, value: String, expected: String) async throws {
        let bed = try await AdministrationBed()
        let error = await #expect(throws: AdministrationError.self) {
            try await bed.administration.set(name, to: value)
        }
        #expect(error?.description.contains(expected) == true, "\(error?.description ?? "")")
        #expect(try await bed.journal().isEmpty)
        #expect(try await bed.store.settings().isEmpty)
    }

    @Test("Active is LN's: where it is not so already, the session is named, and nothing changes")
    func active() async throws {
        let bed = try await AdministrationBed([SyncUser("anna"), SyncUser("carl", isActive: false)])
        #expect(try await bed.administration.confirmActive("anna", true).isActive)
        #expect(try await !bed.administration.confirmActive("carl", false).isActive)
        for (user, isActive, text) in [("carl", true, "select Active"), ("anna", false, "clear Active")] {
            let error = await #expect(throws: AdministrationError.self) {
                try await bed.administration.confirmActive(user, isActive)
            }
            #expect(error?.description.contains("(ttaad2141m000), \(text) for him there") == true)
        }
        let error = #expect(throws: AdministrationError.self) { try bed.administration.importUsers() }
        #expect(error?.description.contains("choose Import all users") == true)
        #expect(try await bed.journal().isEmpty)
    }
}
