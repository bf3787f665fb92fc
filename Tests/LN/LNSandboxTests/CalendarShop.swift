import Foundation
import HTTPTypes

@testable import LNSandbox

extension LNShop {
    /// The small shop with three employees, a meeting of two of them and a customer, and a call.
    static let calendar: LNShop = {
        let rows = """
            {"Employees": [{"Employee": "E00001", "Name": "Ann Lee", "User": "ann", "Email": "ann@contoso.example"},
                           {"Employee": "E00002", "Name": "Bob Ray", "User": "bob", "Email": "bob@contoso.example"},
                           {"Employee": "E00003", "Name": "Cho Ito", "User": "", "Email": ""}],
             "Activities": [
              {"Activity": "ACT000451", "Type": "Appointment", "Subject": "Quarterly review", "Location": "Room 3",
               "StartDate": "2026-03-10T09:00:00Z", "EndDate": "2026-03-10T10:00:00Z", "Owner": "E00001", "Information": "Bring figures",
               "Synchronize": "Yes", "LastModificationDate": "2026-03-01T09:00:00Z", "AttendeeRefs": [
                {"Sequence": 1, "Attendee": "E00001", "Email": "ann@contoso.example", "Attendance": "MeetingOrganizer"},
                {"Sequence": 2, "Attendee": "E00002", "Email": "bob@contoso.example", "Invite": "Yes"},
                {"Sequence": 10, "Type": "Contact", "Attendee": "C00000001", "Email": "ann.lee@example.example", "Invite": "Yes"}]},
              {"Activity": "ACT000452", "Type": "Call", "Subject": "Call back", "StartDate": "2026-03-11T09:00:00Z",
               "EndDate": "2026-03-11T09:30:00Z", "LastModificationDate": "2026-03-01T10:00:00Z"}]}
            """
        guard let calendar = try? LNShop(json: Data(rows.utf8), modified: 1_772_000_000) else { return LNShop() }
        var shop = LNShop.small
        for set in [LNSet.employees, .activities, .attendees, .activityTexts] { shop[set] = calendar[set] }
        return shop
    }()
}

extension Harness {
    static let activities = "txcom.ExchangeSync/Activities"
    static let attendees = "txcom.ExchangeSync/Attendees"

    static func activity(_ code: String) -> String { "\(activities)('\(code)')" }

    static func attendee(_ code: String, _ sequence: Int) -> String {
        "\(attendees)(Activity='\(code)',Sequence=\(sequence))"
    }

    /// Makes an activity over OData as the user behind an identity.
    func insert(_ activity: String, as user: String? = "ann") -> HTTPResponse {
        odata(
            Self.activities, method: .post, user.map { ["X-Infor-LnIdentity": "lnapi_\($0)"] } ?? [:], body: activity)
    }

    func patch(_ path: String, _ body: String) -> HTTPResponse {
        odata(path, method: .patch, ["If-Match": "*", "Prefer": "return=representation"], body: body)
    }

    /// The attendees of an activity, as OData shows them expanded.
    func attendees(_ code: String) -> [[String: Any]] {
        odata(Self.activity(code) + "?$expand=AttendeeRefs").json["AttendeeRefs"] as? [[String: Any]] ?? []
    }

    /// An edit at LN's screens.
    func screen(_ method: HTTPMethod, _ path: String, _ body: String = "") -> HTTPResponse {
        send(method, "/sandbox/data/\(path)", [:], body)
    }
}

extension [String: Any] {
    func text(_ name: String) -> String? { self[name] as? String }
}
