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
        // A token is asked for by POST.
        guard request.method != .get, !request.path.hasSuffix("/as/token.oauth2") else { return ln.arrive(request) }
        return ours(in: .ln, request) { ln.arrive(request) }
    }

    /// A request of ours reaches Exchange.
    func arriveAtExchange(_ request: HTTPRequest) -> SimulatedNetwork.Arrival {
        let segments = request.path.split(separator: "/")
        guard request.method != .get, segments.count > 3, segments[1] == "users",
            let address = String(segments[2]).removingPercentEncoding?.lowercased()
        else { return exchange.arrive(request, nil) }
        return ours(in: .mailbox(address), request) { exchange.arrive(request, nil) }
    }

    private func ours(
        in scene: Scene, _ request: HTTPRequest, _ arrive: () -> SimulatedNetwork.Arrival
    ) -> SimulatedNetwork.Arrival {
        // Rows may have joined two since.
        history.compare(scenes.all)
        let before = scenes[scene]
        let arrival = arrive()
        scenes.changed(scene, byUser: false)
        history.note(before, scenes[scene], by: .us)
        history.compare(scenes.all)
        if (200..<300).contains(arrival.response.status) { history.wrote(request, to: scene) }
        return arrival
    }
}
