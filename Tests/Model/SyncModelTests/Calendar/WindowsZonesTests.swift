import Foundation
import Testing

@testable import SyncModel

@Suite("Windows' time zones and IANA's")
struct WindowsZonesTests {
    @Test(
        "A Windows name means its usual zone",
        arguments: [
            ("W. Europe Standard Time", "Europe/Berlin"), ("Tokyo Standard Time", "Asia/Tokyo"), ("UTC", "Etc/UTC"),
            ("FLE Standard Time", "Europe/Kyiv"), ("India Standard Time", "Asia/Kolkata"),
            ("Pacific Standard Time", "America/Los_Angeles"),
        ])
    func usual(windows: String, zone: String) {
        #expect(WindowsZones.zone(WindowsZoneName(windows)) == ZoneName(zone))
        #expect(WindowsZones.name(ZoneName(zone)) == WindowsZoneName(windows))
    }

    @Test(
        "Old and new names of one place have one Windows zone",
        arguments: [
            ["Europe/Kyiv", "Europe/Kiev"], ["Asia/Kolkata", "Asia/Calcutta"], ["UTC", "Etc/UTC", "Zulu"],
            ["Europe/Amsterdam", "Europe/Berlin"], ["America/Argentina/Buenos_Aires", "America/Buenos_Aires"],
        ])
    func aliases(names: [String]) {
        let windows = Set(names.map { WindowsZones.name(ZoneName($0)) })
        #expect(windows.count == 1)
        #expect(windows.first != .some(nil))
    }

    @Test(
        "A custom zone, a wrong case and no name at all mean nothing",
        arguments: ["tzone://Microsoft/Custom", "utc", ""])
    func unknown(windows: String) {
        #expect(WindowsZones.zone(WindowsZoneName(windows)) == nil)
        #expect(WindowsZones.name(ZoneName(windows)) == nil)
    }

    @Test("Every name is in the table once, and Foundation knows every zone that a Windows name means")
    func table() {
        #expect(WindowsZones.lines.count > 130)
        let zones = WindowsZones.lines.flatMap(\.zones)
        #expect(zones.count == Set(zones).count)
        for line in WindowsZones.lines {
            let zone = WindowsZones.zone(line.windows)
            #expect(TimeZone(identifier: zone?.rawValue ?? "") != nil, "\(line.windows)")
        }
    }

    @Test("The table is what its script makes of the packages named in it")
    func script() throws {
        let root = URL(filePath: #filePath).appending(path: "../../../../..").standardized
        let committed = try String(
            contentsOf: root.appending(path: "Sources/Model/SyncModel/Calendar/Zones/WindowsZoneTable.swift"),
            encoding: .utf8)
        guard FileManager.default.fileExists(atPath: "/usr/share/unicode/cldr/common/supplemental/windowsZones.xml")
        else {
            print("not compared: unicode-cldr-core is not installed")
            return
        }
        let script = Process(), output = Pipe()
        script.executableURL = root.appending(path: "scripts/windows-zones")
        script.standardOutput = output
        try script.run()
        let made = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
        script.waitUntilExit()
        #expect(script.terminationStatus == 0)
        // Another release of either package may know more; it is compared when the table is made anew.
        guard made.prefix(while: { $0 != "\n" }) == committed.prefix(while: { $0 != "\n" }) else {
            print("not compared: \(made.prefix { $0 != "\n" })")
            return
        }
        #expect(made == committed)
    }
}
