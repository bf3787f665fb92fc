public import Foundation
public import HTTPTypes
public import LNSandbox
public import Runtime
import Synchronization

/// The stand-in for LN as a transport, in process: what it does, loses and refuses, a client meets.
public final class SandboxLN: HTTPTransport {
    public struct Asked: Sendable, Hashable {
        public let method: String
        /// `Activities('ACT000451')`, without service and query.
        public let resource: String
        public let query: String
        public let identity: String?
    }

    public let sandbox: LNSandbox
    private let asked = Mutex<[Asked]>([])

    public init(
        _ shop: LNShop, time: any TimeSource, installation: LNInstallation = LNInstallation()
    ) {
        sandbox = LNSandbox(shop, time: time, randomness: SeededRandomness(seed: 1), installation: installation)
    }

    public func send(_ request: HTTPRequest, timeout: Duration) async throws(HTTPTransportError) -> HTTPResponse {
        if let root = request.path.firstRange(of: "/LN/lnapi/odata/txcom.ExchangeSync/") {
            let asked = Asked(
                method: request.method.rawValue,
                resource: String(request.path[root.upperBound...]).removingPercentEncoding ?? "",
                query: request.query?.removingPercentEncoding ?? "",
                identity: request.headerFields["X-Infor-LnIdentity"])
            self.asked.withLock { $0.append(asked) }
        }
        let outcome = sandbox.outcome(of: request)
        if outcome.isLost { throw HTTPTransportError(.connectionLost, "the answer was lost") }
        return outcome.response
    }

    /// What was asked since the last time.
    public func takeAsked() -> [Asked] {
        asked.withLock { asked in
            defer { asked = [] }
            return asked
        }
    }

    /// An edit at LN's screens, or a fault, by the control channel.
    @discardableResult
    public func control(_ method: HTTPMethod, _ path: String, _ body: String = "") -> HTTPResponse {
        sandbox.answer(
            HTTPRequest(
                method: method, scheme: "http", authority: "ln.example", target: "/sandbox/\(path)",
                headerFields: ["Content-Type": "application/json"], body: Data(body.utf8)))
    }

    /// The next requests to a path meet a fault.
    public func fault(_ kind: String, _ path: String, method: String? = nil, count: Int = 1, status: Int = 503) {
        let method = method.map { #","method":"\#($0)""# } ?? ""
        control(
            .post, "faults",
            #"{"kind":"\#(kind)","path":"txcom.ExchangeSync/\#(path)","count":\#(count),"status":\#(status)\#(method)}"#
        )
    }

    /// A field of a row as LN has it.
    public func value(_ property: String, of key: String, in set: LNSet) -> String? {
        sandbox.shop.value(property, of: key, in: set)?.description
    }

    /// The keys of an activity's attendees.
    public func attendees(of activity: String) -> [String] {
        sandbox.shop.keys(.attendees).filter { $0.hasPrefix("\(activity)/") }
    }
}

/// A shop with employees, contacts and activities for calendars.
public enum CalendarShop {
    /// Ann (E00001), Bob (E00002), Cho (E00003, without an address), contacts of whom one has opted out and two share an address, a meeting
    /// and a call; sync users ann and bob are active.
    public static func shop(_ more: String = "", serviceIsEmployee: Bool = false) throws -> LNShop {
        let service =
            serviceIsEmployee
            ? #",{"Employee":"E00009","Name":"Service","User":"svc_ln","Email":"service@contoso.example"}"# : ""
        let json = """
            {"ComParameters":[{"SynchronizeContacts":"Yes","SynchronizeActivities":"Yes"}],
             "SyncSettings":[{"ContactPullInterval":1,"ContactPullIntervalUnit":"Day","CalendarPullInterval":1,"CalendarPullIntervalUnit":"Day","EnablePushSynchronization":"Yes"}],
             "SyncUsers":[{"User":"ann","Name":"Ann Lee","Active":"Yes","Email":"Ann@contoso.example"},
                          {"User":"bob","Name":"Bob Ray","Active":"Yes","Email":"bob@contoso.example"},
                          {"User":"cho","Name":"Cho Ito","Active":"No","Email":"cho@contoso.example"}],
             "Employees":[{"Employee":"E00001","Name":"Ann Lee","User":"ann","Email":"ann@contoso.example"},
                          {"Employee":"E00002","Name":"Bob Ray","User":"bob","Email":"bob@contoso.example"},
                          {"Employee":"E00003","Name":"Cho Ito","User":"cho","Email":"cho@contoso.example"}\(service)],
             "Contacts":[{"Contact":"C00000001","FullName":"Carl Poe","Email":"carl@customer.example","Active":"Yes","Synchronize":"Yes"},
                         {"Contact":"C00000002","FullName":"Dora Quin","Email":"dora@customer.example","Active":"Yes","Synchronize":"Yes","OptedOut":"Yes"},
                         {"Contact":"C00000003","FullName":"Twin One","Email":"twin@customer.example","Active":"Yes","Synchronize":"Yes"},
                         {"Contact":"C00000004","FullName":"Twin Two","Email":"Twin@customer.example","Active":"Yes","Synchronize":"Yes"}],
             "Activities":[
              {"Activity":"ACT000451","Type":"Appointment","Subject":"Quarterly review","Location":"Room 3","StartDate":"2026-12-10T09:00:00Z",
               "EndDate":"2026-12-10T10:00:00Z","Owner":"E00001","Information":"Bring figures","Synchronize":"Yes","Reminder":"Yes","ReminderMinutes":15,
               "ShowTimeAs":"OutOfOffice","LastModificationDate":"2026-11-01T09:00:00Z","AttendeeRefs":[
                {"Sequence":1,"Attendee":"E00001","Email":"ann@contoso.example","Attendance":"MeetingOrganizer"},
                {"Sequence":2,"Attendee":"E00002","Email":"Bob@contoso.example","Invite":"Yes","Attendance":"Optional"},
                {"Sequence":10,"Type":"Contact","Attendee":"C00000001","Email":"carl@customer.example","Invite":"Yes"}]},
              {"Activity":"ACT000452","Type":"Call","Subject":"Call back","StartDate":"2026-12-11T09:00:00Z","EndDate":"2026-12-11T09:30:00Z",
               "Synchronize":"Yes","LastModificationDate":"2026-11-01T10:00:00Z","AttendeeRefs":[
                {"Sequence":1,"Attendee":"E00002","Email":"bob@contoso.example","Attendance":"MeetingOrganizer"}]}\(more)]}
            """
        return try LNShop(json: Data(json.utf8), modified: 1_793_000_000)
    }

    /// ../shared/data/ln-cases.json beside the checkout; `nil` where it is not there.
    public static var cases: URL? {
        let file = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
            .appending(path: "../../../../shared/data/ln-cases.json").standardizedFileURL
        return FileManager.default.fileExists(atPath: file.path()) ? file : nil
    }
}
