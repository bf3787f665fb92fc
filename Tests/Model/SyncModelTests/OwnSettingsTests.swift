import SyncModel
import Testing

@Suite("Settings of our own (SET-1)")
struct OwnSettingsTests {
    @Test("Each has a name of its own, says what it decides, and its first value is the standard")
    func catalogue() {
        #expect(
            OwnSetting.all.map { "\($0.name)=\($0.standard)" } == [
                "contactFolder=own", "editedInOutlook=nextChange", "deletedInOutlook=leave", "emailMatch=ignoreCase",
                "eventsFromOutlook=all", "inboundCategory=Infor LN", "privateEvents=busyBlock",
                "privateSubject=Private",
                "activityEnding=notHeld", "timeConflict=exchange", "textConflict=birth", "contactHints=ignore",
            ])
        for setting in OwnSetting.all {
            #expect(!setting.title.isEmpty)
            #expect(setting.choices.allSatisfy { !$0.value.isEmpty && !$0.meaning.isEmpty })
            #expect(Set(setting.choices.map(\.value)).count == setting.choices.count)
        }
    }
}
