import Foundation
import HTTPTypes
import Kafka
import Runtime
import SyncEvents
import SyncModel
import SyncStore
import Synchronization
import Telemetry
import Testing
import WorkerTesting

@testable import LNSource

@Suite("Hints that LN pushes")
struct HintReceiverTests {
    private struct Bed {
        let kafka = FakeKafka()
        let metrics = Metrics()
        let receiver: HintReceiver

        init(
            push: Bool = true, activities: Bool = true, contactHints: ContactHintPolicy = .ignore, isKnown: Bool = true
        ) async throws {
            let store = try await SQLiteStore.inMemory(time: SystemTime())
            if isKnown {
                let interval = try #require(PullInterval(15, .minute))
                _ = try await store.commit([
                    try .setting(
                        .syncSettings,
                        SyncSettings(
                            contactPullInterval: interval, calendarPullInterval: interval, isPushEnabled: push),
                        by: "LN"),
                    try .setting(
                        .comParameters, ComParameters(synchronizeContacts: true, synchronizeActivities: activities),
                        by: "LN"),
                    try .setting(SettingName(ContactHintPolicy.name), contactHints.rawValue, by: "test"),
                ])
            }
            let watch = StoreWatch(store, time: SystemTime(), log: .silent)
            try await watch.refresh()
            receiver = HintReceiver(
                HintReceiver.Configuration(names: TopicNames(), company: Company(1300)) { "s3cret" }, producer: kafka,
                watch: watch, time: SystemTime(), randomness: SystemRandomness(), log: .silent, metrics: metrics)
        }

        func post(
            _ body: String, token: String? = "Bearer s3cret", method: HTTPMethod = .post, path: String = "/ln/hints"
        ) async -> HTTPResponse {
            var fields: HTTPFields = ["Content-Type": "application/json"]
            if let token { fields["Authorization"] = token }
            return await receiver.answer(
                HTTPRequest(
                    method: method, scheme: "http", authority: "hints.example", target: path, headerFields: fields,
                    body: Data(body.utf8)))
        }

        func hints() throws -> [Hint] {
            try kafka.logs.sorted { $0.key < $1.key }.flatMap(\.value).map {
                try EventData.decode(Hint.self, from: Data($0.value ?? []))
            }
        }
    }

    private let hint =
        #"{"messageId":"m1","company":1300,"entity":"Activity","key":"ACT000451","action":"change","later":{"x":1}}"#

    @Test("A hint is answered with 202 once ln.notifications has it, and names the activity to the reader")
    func one() async throws {
        let bed = try await Bed()
        let answer = await bed.post(hint)
        #expect(answer.status == 202 && String(decoding: answer.body, as: UTF8.self) == "1 hint taken\n")
        let hints = try bed.hints()
        #expect(hints.count == 1 && hints[0].key == "1300/activity" && hints[0].action == .activities)
        #expect(hints[0].activities == [ActivityCode("ACT000451")] && hints[0].isBackfill == false)
        #expect(bed.metrics.prometheusText.contains(#"hints_received_total{outcome="taken"} 1"#))
    }

    @Test("An array comes in one record; a message that comes twice has the same id")
    func several() async throws {
        let bed = try await Bed()
        let body =
            "[\(hint),\(hint.replacing("m1", with: "m2").replacing("451", with: "452").replacing("1300", with: "\"1300\""))]"
        #expect(await bed.post(body).status == 202)
        #expect(await bed.post(body).status == 202)
        #expect(try bed.hints().map { $0.activities?.count } == [2, 2])
        let ids = bed.kafka.logs.flatMap(\.value).map { record in
            record.headers.first { $0.name == "ce_id" }.map { String(decoding: $0.value ?? [], as: UTF8.self) }
        }
        #expect(Set(ids).count == 1)
    }

    @Test("Push off, the COM parameter off: answered and counted only", arguments: [(false, true), (true, false)])
    func switchedOff(push: Bool, activities: Bool) async throws {
        let bed = try await Bed(push: push, activities: activities)
        let answer = await bed.post(hint)
        #expect(answer.status == 202)
        #expect(String(decoding: answer.body, as: UTF8.self).hasPrefix("0 hints taken, 1 counted only"))
        #expect(try bed.hints().isEmpty)
        #expect(bed.metrics.prometheusText.contains(#"hints_received_total{outcome="counted only"} 1"#))
    }

    @Test(
        "A contact's hint has a switch of its own, off unless somebody turns it on: a pull, and a deleted one by its key"
    )
    func contacts() async throws {
        let contact = #"{"company":1300,"entity":"Contact","key":"C00000001","action":"change"}"#
        let deleted = #"{"company":1300,"entity":"contact","key":"C00000002","action":"delete"}"#
        let off = try await Bed()
        #expect(await off.post("[\(contact),\(deleted)]").status == 202)
        #expect(try off.hints().isEmpty)
        let on = try await Bed(push: false, contactHints: .take)
        #expect(await on.post("[\(contact),\(deleted)]").status == 202)
        let hints = try on.hints()
        #expect(hints.map(\.action) == [.pull, .contacts] && hints[1].contacts == [ContactCode("C00000002")])
    }

    @Test("The token is asked for, whoever comes without it learns nothing else")
    func token() async throws {
        let bed = try await Bed()
        for token in [nil, "Bearer other", "Basic s3cret", "Bearer", "Bearer s3cret2"] {
            let answer = await bed.post(hint, token: token)
            #expect(answer.status == 401 && answer.headerFields["WWW-Authenticate"] == "Bearer")
        }
        #expect(await bed.post(hint, token: "bearer  s3cret").status == 202)
        #expect(await bed.post(hint, method: .get).status == 405)
        #expect(await bed.post(hint, path: "/ln/other").status == 404)
        #expect(try bed.hints().count == 1)
    }

    @Test(
        "What can't be read is refused with one line that names it, and nothing of the request is taken",
        arguments: [
            ("", "neither a hint nor an array"), ("[1]", "neither a hint nor an array"), ("{}", "has no company"),
            (#"{"company":1400,"entity":"Activity","key":"A"}"#, "company 1300 (LNSYNC_LN_COMPANY) is kept in step"),
            (#"{"company":1300,"entity":"Order","key":"A"}"#, "neither Activity nor Contact"),
            (#"{"company":1300,"entity":"Activity","key":" "}"#, "has no key"),
            (#"{"company":1300,"entity":"Activity","key":"A\u0000B"}"#, "no code of LN's"),
            (#"{"company":1300,"entity":"Activity","key":"A","action":"dance"}"#, "neither change nor delete"),
            (#"{"company":1300,"entity":"Contact","key":"A","action":"deleted"}"#, "neither change nor delete"),
            (#"{"company":1300,"entity":"Activity","key":"A","action":[]}"#, "neither change nor delete"),
            (
                #"[{"company":1300,"entity":"Activity","key":"A"},{"company":1300,"entity":"Activity"}]"#,
                "hint 2 has no key"
            ),
        ])
    func bad(body: String, words: String) async throws {
        let bed = try await Bed()
        let answer = await bed.post(body)
        let text = String(decoding: answer.body, as: UTF8.self)
        #expect(answer.status == 400 && text.contains(words) && text.filter(\.isNewline).count == 1, "\(text)")
        #expect(try bed.hints().isEmpty)
    }

    @Test("Too many are 413; what Kafka did not take, and settings that are not known yet, are 503 with Retry-After")
    func limits() async throws {
        let bed = try await Bed()
        let many = "[" + Array(repeating: hint, count: HintReceiver.maximumCount + 1).joined(separator: ",") + "]"
        #expect(await bed.post(many).status == 413)
        let unknown = try await Bed(isKnown: false)
        #expect(await unknown.post(hint).status == 503)
        let failing = HintReceiver(
            HintReceiver.Configuration(names: TopicNames(), company: Company(1300)) { throw CancellationError() },
            producer: bed.kafka,
            watch: StoreWatch(try await SQLiteStore.inMemory(time: SystemTime()), time: SystemTime(), log: .silent),
            time: SystemTime(), randomness: SystemRandomness(), log: .silent, metrics: Metrics())
        let answer = await failing.answer(
            HTTPRequest(method: .post, scheme: "http", authority: "x", target: "/ln/hints"))
        #expect(answer.status == 503 && answer.headerFields["Retry-After"] != nil)
        #expect(try bed.hints().isEmpty)
    }
}
