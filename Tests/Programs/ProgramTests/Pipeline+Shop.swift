import Foundation
import HTTPClient
import HTTPTypes
import Processes
import SyncStore

/// What people do in LN and beside Exchange, and what they see there.
extension Pipeline {
    struct ContactRow: Decodable {
        let Contact: String
        let Synchronize: String
        let Active: String
    }

    /// The codes of the contacts in scope.
    func contactsInScope() async throws -> [String] {
        let rows = try await client.send(.get, ln + "/sandbox/data/Contacts")
        return try JSONDecoder().decode([ContactRow].self, from: rows)
            .filter { $0.Synchronize == "Yes" && $0.Active == "Yes" }.map(\.Contact).sorted()
    }

    /// The addresses of the active users.
    func mailboxes() async throws -> [String] {
        let rows = try await client.send(.get, ln + "/sandbox/data/SyncUsers")
        return try JSONDecoder().decode([SyncUserRow].self, from: rows).filter { $0.Active == "Yes" }.map(\.Email)
    }

    /// An edit at LN's screens, of which a hint tells the reader.
    func edit(_ contact: String, _ fields: [String: String]) async throws {
        try await editUnseen(contact, fields)
        try await pull()
    }

    /// An edit at LN's screens that the next pull finds.
    func editUnseen(_ contact: String, _ fields: [String: String]) async throws {
        _ = try await client.send(
            .patch, "\(ln)/sandbox/data/Contacts/\(contact)", try JSONSerialization.data(withJSONObject: fields))
    }

    /// `lnsync sync now`. A reader that was just started takes its leases a moment later: until then it is said that none runs.
    func pull(_ options: String...) async throws {
        var said = ""
        do {
            try await eventually("lnsync sync now succeeds") {
                let answer = try await self.lnsync(["sync", "now"] + options)
                said = answer.output
                return answer.status == 0
            }
        } catch {
            throw ProgramTestError("\(error): \(said)")
        }
    }

    /// Makes LN or Exchange behave as its control channel offers.
    func control(
        _ url: String, _ path: String, method: HTTPMethod = .post, _ body: [String: Any] = [:]
    ) async throws {
        _ = try await client.send(method, "\(url)/sandbox/\(path)", try JSONSerialization.data(withJSONObject: body))
    }

    /// What Exchange was asked for; its changes are counted through restarts of its stand-in: see `RequestCounters` there.
    struct ExchangeCounters: Decodable, Equatable {
        struct Total: Decodable, Equatable {
            let reads: Int
            /// Requests that were to change something, whether they did or not.
            let writes: Int
            /// Those that did.
            let changes: Int
        }

        let total: Total
        /// Answers by status.
        let statuses: [String: Int]
    }

    func exchangeCounters() async throws -> ExchangeCounters {
        try JSONDecoder().decode(
            ExchangeCounters.self, from: try await client.send(.get, exchange + "/sandbox/counters"))
    }

    /// Every mailbox of Exchange as it is, as text.
    func dump() async throws -> String {
        String(decoding: try await client.send(.get, exchange + "/sandbox/dump"), as: UTF8.self)
    }

    /// Waits until a script that shares nothing with the product finds every mailbox as LN wants it, and nothing twice.
    func inStep(_ what: String, within patience: Duration = patience) async throws {
        let output = folder + "/check-\(UUID())"
        let script = Programs.checkout.appending(path: "scripts/check-in-step").path
        do {
            try await eventually(what, within: patience) {
                try? FileManager.default.removeItem(atPath: output)
                return try await ChildProcess.start(
                    "/usr/bin/env", ["python3", script, ln, exchange, "sandbox.example", "app", "secret"],
                    environment: ["PATH": "/usr/bin:/bin"], output: output
                ).wait() == 0
            }
        } catch {
            let found = (try? String(contentsOfFile: output, encoding: .utf8)) ?? ""
            throw ProgramTestError((["\(error): \(found)"] + unexpectedEnds).joined(separator: "\n"))
        }
    }

    /// Waits until nothing waits any more: no record, no row, no mailbox that is sent anew.
    func idle() async throws {
        struct Status: Decodable {
            struct Group: Decodable { let backlog: Int? }
            struct User: Decodable {
                let state: String
                let baseline: String?
            }
            let groups: [Group]
            let users: [User]
        }
        try await eventually("nothing waits any more") {
            let answer = try await self.lnsync("status", "--json").output.split(separator: "\n").last ?? ""
            guard let status = try? JSONDecoder().decode(Status.self, from: Data(answer.utf8)) else { return false }
            return status.groups.allSatisfy { $0.backlog == 0 }
                && status.users.allSatisfy { $0.state != "first sync" && $0.baseline == nil }
        }
    }

    /// The newest journal entries' texts.
    func journal() async throws -> [String] {
        let store = try await SQLiteStore.open(store)
        let entries = try await store.journal(JournalQuery())
        await store.close()
        return entries.map { "\($0.draft.item) \($0.draft.rule) \($0.draft.action): \($0.draft.detail)" }
    }
}

extension HTTPClient {
    /// The answer's body.
    /// - Throws: where it is not a success.
    func send(_ method: HTTPMethod, _ url: String, _ body: Data? = nil) async throws -> Data {
        guard
            let request = HTTPRequest(
                method: method, url: url,
                headerFields: body == nil ? [:] : ["Content-Type": "application/json"], body: body ?? Data())
        else { throw ProgramTestError("\(url) is no URL") }
        let response = try await send(request, timeout: .seconds(60))
        guard (200..<300).contains(response.status) else {
            throw ProgramTestError("\(method) \(url): \(response.status)")
        }
        return response.body
    }
}
