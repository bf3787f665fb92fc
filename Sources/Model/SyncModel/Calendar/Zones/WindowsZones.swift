/// Windows' names of time zones, which Exchange has on the wire, and IANA's, which all else has (CAL-18). The table is made by
/// scripts/windows-zones.
public enum WindowsZones {
    /// What Windows means by a name where no country is known; `nil` for a name it does not have, such as
    /// `tzone://Microsoft/Custom`: only the instants count then. Case matters, as it does to Exchange.
    public static func zone(_ name: WindowsZoneName) -> ZoneName? { names.zones[name] }

    /// `nil` where Windows has no zone with these hours: UTC is sent then, which keeps the instants.
    public static func name(_ zone: ZoneName) -> WindowsZoneName? { names.windows[zone] }

    /// The most westerly first.
    static let lines: [(windows: WindowsZoneName, zones: [ZoneName])] = {
        var lines: [(windows: WindowsZoneName, zones: [ZoneName])] = []
        for line in table.split(separator: "\n") {
            let halves = line.split(separator: "=", maxSplits: 1)
            if halves.count == 2, line.first != " " {
                lines.append((WindowsZoneName(String(halves[0].dropLast())), []))
            }
            guard let last = lines.indices.last, let zones = halves.last else { continue }
            lines[last].zones += zones.split(separator: " ").map { ZoneName(String($0)) }
        }
        return lines
    }()

    private static let names: (zones: [WindowsZoneName: ZoneName], windows: [ZoneName: WindowsZoneName]) = {
        var zones: [WindowsZoneName: ZoneName] = [:]
        var windows: [ZoneName: WindowsZoneName] = [:]
        for line in lines {
            zones[line.windows] = line.zones.first
            for zone in line.zones { windows[zone] = line.windows }
        }
        return (zones, windows)
    }()
}
