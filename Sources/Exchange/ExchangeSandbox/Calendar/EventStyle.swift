import Foundation
import HTTPTypes

/// How a client wants events: the preferences `outlook.timezone` and `outlook.body-content-type`, and its kind of ids.
struct EventStyle: Sendable {
    private let zone: TimeZone
    private let zoneName: String
    let wantsText: Bool
    let isImmutable: Bool
    /// For `Preference-Applied`.
    let applied: [String]

    /// - Throws: where the zone is none that Graph takes.
    init(_ request: HTTPRequest, isImmutable: Bool) throws(GraphError) {
        self.isImmutable = isImmutable
        let preferences = request.headerFields.values(of: "Prefer").flatMap { $0.split(separator: ",") }
        func value(_ name: String) -> String? {
            for preference in preferences {
                let parts = preference.split(separator: "=", maxSplits: 1)
                guard parts.count == 2, parts[0].filter({ $0 != " " }).lowercased() == name else { continue }
                return String(parts[1]).replacing("\"", with: "").trimmingCharacters(in: .whitespaces)
            }
            return nil
        }
        zoneName = value("outlook.timezone") ?? TimeZones.utc
        guard let zone = TimeZones.zone(zoneName) else { throw TimeZones.unsupported(zoneName) }
        self.zone = zone
        wantsText = value("outlook.body-content-type")?.lowercased() == "text"
        applied =
            (value("outlook.timezone").map { ["outlook.timezone=\"\($0)\""] } ?? [])
            + (wantsText ? ["outlook.body-content-type=\"text\""] : [])
    }

    private init() {
        (zone, zoneName, wantsText, isImmutable, applied) = (.gmt, TimeZones.utc, true, true, [])
    }

    /// As the control channel shows them.
    static let dumped = EventStyle()

    /// All-day events are midnight to midnight, labelled UTC, whatever zone is asked for
    /// (https://github.com/microsoftgraph/microsoft-graph-docs/issues/1802).
    func shown(_ time: EventTime, isAllDay: Bool) -> JSON {
        if isAllDay { return ["dateTime": .text(EventTime.text(wall: time.wall)), "timeZone": .text(TimeZones.utc)] }
        let wall = EventTime.wall(time.instant, zone)
        return ["dateTime": .text(EventTime.text(wall: wall)), "timeZone": .text(zoneName)]
    }

    func shown(_ body: EventBody) -> JSON {
        wantsText
            ? ["contentType": "text", "content": .text(body.text)]
            : ["contentType": "html", "content": .text(body.html)]
    }
}
