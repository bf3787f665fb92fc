import Foundation
import HTTPTypes
import SyncModel
import Synchronization

/// Where meetings are: in LN, or in a mailbox.
enum Scene: Sendable, Hashable {
    case ln
    case mailbox(String)
}

/// The meetings of LN and of every mailbox as they are now, kept until somebody changes them.
final class MeetingScenes: Sendable {
    typealias Meetings = [SeenMeeting.Item: SeenMeeting]

    private let ln: LNSide
    private let exchange: ExchangeSide
    private let mailboxes: [Scene]
    private let known = Mutex<[Scene: Meetings]>([:])

    init(_ ln: LNSide, _ exchange: ExchangeSide, users: [String]) {
        self.ln = ln
        self.exchange = exchange
        mailboxes = users.map(Scene.mailbox)
    }

    /// Ended ones too.
    subscript(scene: Scene) -> Meetings {
        if let known = known.withLock({ $0[scene] }) { return known }
        let seen =
            switch scene {
            case .ln: ln.activities()
            case .mailbox(let address): exchange.events(of: address)
            }
        let meetings = Dictionary(uniqueKeysWithValues: seen.map { ($0.item, $0) })
        known.withLock { $0[scene] = meetings }
        return meetings
    }

    /// Of LN and all mailboxes.
    var all: Meetings {
        mailboxes.reduce(self[.ln]) { seen, scene in seen.merging(self[scene]) { one, _ in one } }
    }

    /// Something was done there; what is done in a mailbox as its user can reach others by mail.
    func changed(_ scene: Scene, byUser isUser: Bool) {
        known.withLock { known in
            if isUser, scene != .ln {
                for mailbox in mailboxes { known[mailbox] = nil }
            } else {
                known[scene] = nil
            }
        }
    }
}

extension World {
    /// A user does something there; what is done in a mailbox reaches others' by mail.
    func user(in scene: Scene, _ act: () -> Void) {
        let before = scenes.all
        act()
        scenes.changed(scene, byUser: true)
        let after = scenes.all
        history.note(before, after, by: .user)
        history.compare(after)
    }

    // MARK: Our requests

    /// A request of ours reaches LN.
    func arriveAtLN(_ request: HTTPRequest) -> SimulatedNetwork.Arrival {
        if request.method == .get { return lookAtLN(request) }
        // A token is asked for by POST.
        guard !request.path.hasSuffix("/as/token.oauth2") else { return ln.arrive(request) }
        return ours(in: .ln, request) { ln.arrive(request) }
    }

    /// A request of ours reaches Exchange.
    func arriveAtExchange(_ request: HTTPRequest) -> SimulatedNetwork.Arrival {
        let segments = request.path.split(separator: "/")
        guard segments.count > 3, segments[1] == "users",
            let address = String(segments[2]).removingPercentEncoding?.lowercased()
        else { return exchange.arrive(request, nil) }
        if request.method == .get { return look(into: address, segments.dropFirst(3), request) }
        return ours(in: .mailbox(address), request) { exchange.arrive(request, nil) }
    }

    /// Activities are read by key as a filter over the set: an empty answer says as much as a row.
    private func lookAtLN(_ request: HTTPRequest) -> SimulatedNetwork.Arrival {
        let arrival = ln.arrive(request)
        guard arrival.response.status == 200, request.path.hasSuffix("/Activities"),
            let query = request.query.flatMap({ String($0).removingPercentEncoding })
        else { return arrival }
        history.looked { item in if case .activity(let code) = item { query.contains("'\(code)'") } else { false } }
        return arrival
    }

    /// - Parameter path: what is asked for in the mailbox; an event by its id is.
    private func look(
        into address: String, _ path: ArraySlice<Substring>, _ request: HTTPRequest
    ) -> SimulatedNetwork.Arrival {
        let arrival = exchange.arrive(request, nil)
        guard [200, 404].contains(arrival.response.status), path.count == 2, path.first == "events",
            let id = path.last.flatMap({ String($0).removingPercentEncoding })
        else { return arrival }
        history.looked { $0 == .event(mailbox: address, id: id) }
        return arrival
    }

    private func ours(
        in scene: Scene, _ request: HTTPRequest, _ arrive: () -> SimulatedNetwork.Arrival
    ) -> SimulatedNetwork.Arrival {
        // Rows may have joined two since.
        history.compare(scenes.all)
        let before = scenes[scene]
        let arrival = arrive()
        scenes.changed(scene, byUser: false)
        let after = scenes[scene]
        history.note(before, after, by: .us)
        for event in after.values where event.names != nil && before[event.item] == nil {
            history.isMade(event.item, whileClosed: (try? closedMailboxes()) ?? [])
        }
        history.compare(scenes.all)
        if (200..<300).contains(arrival.response.status) { history.wrote(request, to: scene) }
        return arrival
    }
}
