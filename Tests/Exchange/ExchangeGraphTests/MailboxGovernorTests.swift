import ExchangeClient
import ExchangeGraph
import HTTPTypes
import SyncModel
import Synchronization
import Testing

@Suite("Governor of a mailbox")
struct MailboxGovernorTests {
    private final class Busy: Sendable {
        private let state = Mutex<(now: Int, most: Int)>((0, 0))
        var most: Int { state.withLock { $0.most } }

        func during(_ work: () async -> Void) async {
            state.withLock { state in
                state.now += 1
                state.most = max(state.most, state.now)
            }
            await work()
            state.withLock { $0.now -= 1 }
        }
    }

    @Test("One request at a time goes to a mailbox, however it is written")
    func oneAtATime() async throws {
        let busy = Busy()
        let (contacts, transport) = try graph { _ in
            await busy.during { for _ in 0..<20 { await Task.yield() } }
            return .success(HTTPResponse(status: 204))
        }
        await withTaskGroup(of: ExchangeError?.self) { group in
            for number in 0..<40 {
                let address = EmailAddress(number % 2 == 0 ? "a@shop.example" : "A@Shop.example")
                group.addTask { await failure { try await contacts.deleteContact(ItemID("I"), of: address) } }
            }
            for await error in group { #expect(error == nil) }
        }
        #expect(transport.requests.count == 40)
        #expect(busy.most == 1)
    }

    @Test("Who is cancelled while waiting leaves without a request, and the others go on")
    func cancelled() async throws {
        let governor = MailboxGovernor(limit: 1, StandingTime())
        try await governor.acquire(mailbox)
        let waiting = Task { await failure { try await governor.acquire(mailbox) } }
        waiting.cancel()
        #expect(await waiting.value?.isOutcomeUnknown == false)
        let next = Task { await failure { try await governor.acquire(mailbox) } }
        governor.release(mailbox)
        #expect(await next.value == nil)
    }
}
