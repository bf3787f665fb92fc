import Foundation
import HTTPTypes

/// The way to LN and Exchange of a process that breaks a rule.
struct MisledTransport: HTTPTransport {
    let base: any HTTPTransport
    let fault: PlantedFault

    func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        var request = request
        switch fault {
        case .noIfMatch where request.headerFields["If-Match"] != nil: request.headerFields["If-Match"] = "*"
        case .createWithoutTransactionID: request.body = Self.withoutTransactionID(request.body) ?? request.body
        default: break
        }
        var response = try await base.send(request, timeout: timeout)
        if fault == .flagsInHash, request.method == .get {
            response.body = Self.flagged(response.body) ?? response.body
        }
        return response
    }

    private static func withoutTransactionID(_ body: Data) -> Data? {
        guard var json = try? JSONSerialization.jsonObject(with: body) as? [String: Any],
            json.removeValue(forKey: "transactionId") != nil
        else { return nil }
        return try? JSONSerialization.data(withJSONObject: json, options: .sortedKeys)
    }

    /// LN's answer with the attendees' flags as part of an activity's content.
    private static func flagged(_ body: Data) -> Data? {
        guard let json = try? JSONSerialization.jsonObject(with: body) as? [String: Any] else { return nil }
        let flagged: [String: Any]
        if let rows = json["value"] as? [[String: Any]] {
            flagged = json.merging(["value": rows.map(Self.flagged)]) { _, new in new }
        } else {
            flagged = Self.flagged(json)
        }
        return try? JSONSerialization.data(withJSONObject: flagged, options: .sortedKeys)
    }

    private static func flagged(_ activity: [String: Any]) -> [String: Any] {
        guard let attendees = activity["AttendeeRefs"] as? [[String: Any]], let place = activity["Location"] as? String
        else { return activity }
        let count = attendees.count { $0["Synchronized"] as? String == "Yes" }
        return activity.merging(["Location": count == 0 ? place : "\(place) \(count)"]) { _, new in new }
    }
}
