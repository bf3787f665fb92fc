import Foundation
import HTTPClient
import HTTPTypes
import Kafka
import SyncEvents
import SyncModel
import SyncStore
import Testing

/// `POST /ln/hints` over real sockets: a process that takes hints, without LN's credentials, and another that reads.
@Suite("LN's hints at their endpoint")
struct HintEndpointTests {
    private func post(
        _ pipeline: Pipeline, _ port: UInt16, _ body: String, token: String = "t0ken"
    ) async throws -> (status: Int, text: String) {
        let request = try #require(
            HTTPRequest(
                method: .post, url: "http://127.0.0.1:\(port)/ln/hints",
                headerFields: ["Authorization": "Bearer \(token)", "Content-Type": "application/json"],
                body: Data(body.utf8)))
        let response = try await pipeline.client.send(request, timeout: .seconds(30))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    private func changes(_ pipeline: Pipeline, _ code: String) async throws -> [ActivityChanged] {
        try await pipeline.records(.activityChanges).filter {
            $0.header("ce_subject")?.string == "1300/\(code)"
                && $0.header("ce_type")?.string == "ln.activity.changed.v1"
        }.compactMap(\.value?.data).map { data in try EventData.decode(ActivityChanged.self, from: data) }
    }

    @Test(
        "A pushed activity is on its topic within moments, long before a pull; without the token, or with the push box off, it is not"
    )
    func endpoint() async throws {
        let pipeline = try await Pipeline()
        _ = try await pipeline.client.send(
            .patch, pipeline.ln + "/sandbox/data/ComParameters", Data(#"{"SynchronizeActivities":"Yes"}"#.utf8))
        _ = try await pipeline.client.send(
            .patch, pipeline.ln + "/sandbox/data/SyncSettings",
            Data(#"{"EnablePushSynchronization":"Yes","CalendarPullInterval":7,"CalendarPullIntervalUnit":"Day"}"#.utf8)
        )
        let token = pipeline.folder + "/hints-token"
        try pipeline.writeSecret(Data("t0ken\n".utf8), to: token)
        let port = try FreePort.take()
        let settings = ["LNSYNC_HINTS_PORT": "\(port)", "LNSYNC_HINTS_TOKEN_FILE": token]
        try await pipeline.start("ln-producer", as: "reader", role: "reader")
        try await pipeline.start(
            "ln-producer", as: "hints", role: "hints", settings)
        try await pipeline.begin()
        try await eventually("the calendars are sent") {
            let users = try await pipeline.withStore { try await $0.users() }.filter(\.isActive)
            return !users.isEmpty
                && users.allSatisfy { if case .done = $0.calendar.baselines.ln { true } else { false } }
        }
        let sent = try await pipeline.records(.activityChanges)
        let subjects = sent.compactMap { $0.header("ce_subject")?.string }.sorted()
        let code = try #require(subjects.last).dropFirst("1300/".count)
        let body = #"{"messageId":"m1","company":1300,"entity":"Activity","key":"\#(code)","action":"change"}"#
        _ = try await pipeline.client.send(
            .patch, "\(pipeline.ln)/sandbox/data/Activities/\(code)", Data(#"{"Subject":"Pushed"}"#.utf8))
        #expect(try await post(pipeline, port, body, token: "other").status == 401)
        #expect(try await post(pipeline, port, "{").status == 400)
        #expect(try await post(pipeline, port, String(repeating: " ", count: 600 << 10) + body).status == 413)
        #expect(try await changes(pipeline, String(code)).last?.content.subject != "Pushed")
        let answer = try await post(pipeline, port, body)
        #expect(answer.status == 202 && answer.text == "1 hint taken\n")
        try await eventually("the pushed activity is sent", within: .seconds(20)) {
            try await changes(pipeline, String(code)).contains { $0.content.subject == "Pushed" }
        }
        _ = try await pipeline.client.send(
            .patch, pipeline.ln + "/sandbox/data/SyncSettings", Data(#"{"EnablePushSynchronization":"No"}"#.utf8))
        try await eventually("hints are counted only") {
            try await post(pipeline, port, body).text.hasPrefix("0 hints taken, 1 counted only")
        }
        await pipeline.close()
    }
}
