/// `iCalUId`: the same for all copies of a meeting; a series' occurrences have their day in it.
///
/// https://learn.microsoft.com/openspecs/exchange_server_protocols/ms-oxocal (PidLidGlobalObjectId): sixteen bytes that every one
/// begins with, the occurrence's year, month and day, a time of creation, what the program makes of the rest.
enum EventUID {
    private static let beginning = "040000008200E00074C5B7101A82E008"

    static func text(seed: UInt64, number: Int) -> String {
        beginning + "00000000" + "00A1B2C3D4E5D901" + "0000000000000000" + "10000000" + hex(seed) + hex(UInt64(number))
    }

    /// An occurrence's.
    static func text(_ uid: String, on day: CivilDay) -> String {
        let (year, month, number) = day.parts
        guard uid.hasPrefix(beginning), uid.utf8.count > 40 else { return uid }
        return beginning + hex(UInt64(year)).suffix(4) + hex(UInt64(month)).suffix(2) + hex(UInt64(number)).suffix(2)
            + uid.dropFirst(40)
    }

    private static func hex(_ number: UInt64) -> String {
        let digits = String(number, radix: 16, uppercase: true)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }
}
