import ExchangeSandbox
import Foundation
import HTTPTypes
import Kafka
import KafkaWorker
import SyncEvents
import SyncModel
import SyncStore
import Telemetry
import Testing
import WorkerTesting

@testable import ExchangeSource

/// CAL-19: what its owner hides never leaves the process.
@Suite("Private events")
struct PrivacyTests {
    let anna = SyncUser("anna")

    private static let secrets = ["Surgery", "Doctor", "healer@clinic.example", "Health", "usable e-mail"]

    private func secret(_ sensitivity: String) -> String {
        #"""
        "sensitivity":"\#(sensitivity)","body":{"contentType":"text","content":"Doctor at nine"},
        "location":{"displayName":"Doctor's"},"categories":["Health"],
        "attendees":[{"emailAddress":{"address":"healer@clinic.example","name":"Doctor"},"type":"required"},
            {"emailAddress":{"address":"a@b@c"},"type":"required"}]
        """#
    }

    /// Everything that has left the reader.
    private func told(_ bed: CalendarBed) async throws -> String {
        let records = try bed.kafka.sent.map { sent in
            let headers = sent.record.headers.map { "\($0.name)=\(String(decoding: $0.value ?? [], as: UTF8.self))" }
            return "\(String(decoding: sent.record.key ?? [], as: UTF8.self)) \(headers) "
                + String(decoding: sent.record.value ?? [], as: UTF8.self)
        }
        let cursors = try await bed.store.cursors().map { "\($0.key) \($0.value)" }
        let journal = try await bed.store.journal(JournalQuery()).map { "\($0.draft)" }
        return (records + bed.log.lines + cursors + journal + [bed.metrics.prometheusText]).joined(separator: "\n")
    }

    @Test(
        "Of a private event only when it is and how it shows are told, in every round",
        arguments: ["private", "confidential"])
    func hidden(_ sensitivity: String) async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Surgery", of: anna, inDays: 1, secret(sensitivity))
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            try bed.change(item, of: anna, #"{"subject":"Surgery moved"}"#)
            try await bed.pull(anna)
            try await bed.pull(anna, items: [item])
            try bed.control(.post, "delta/expire", "{}")
            try bed.change(item, of: anna, #"{"subject":"Surgery moved again"}"#)
            try await bed.pull(anna)
            try await bed.takeIn()
            try bed.delete(item, of: anna)
            try await bed.pull(anna)
            let sent = try bed.sent(anna)
            #expect(sent.count >= 4 && sent.last?.deleted != nil)
            for event in sent.compactMap(\.changed) {
                #expect(event.content.time != nil && event.content.showAs == .busy)
                #expect(event.content.sensitivity?.isPrivate == true && event.content.attendees == nil)
            }
            let told = try await told(bed)
            for secret in Self.secrets { #expect(!told.contains(secret), "\(secret) was told") }
        }
    }

    @Test("An event that turns private is reduced from then on, one that is in LN too")
    func turnsPrivate() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Lunch", of: anna)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            try bed.change(item, of: anna, #"{"subject":"Surgery","sensitivity":"private"}"#)
            try await bed.pull(anna)
            let last = try #require(try bed.sent(anna).last?.changed)
            #expect(last.content.subject == nil && last.content.sensitivity == .private)
            #expect(!(try await told(bed)).contains("Surgery"))
        }
    }

    @Test("As normal: the installation's policy says so")
    func asNormal() async throws {
        let bed = try await CalendarBed([anna])
        try bed.make("Surgery", of: anna, inDays: 1, secret("private"))
        _ = try await bed.store.commit([
            try .setting(SettingName(PrivatePolicy.name), PrivatePolicy.asNormal.rawValue, by: "test")
        ])
        try await bed.reading {
            try await bed.baselines()
            #expect(try bed.subjects(anna) == ["Surgery"])
        }
    }

    @Test("An event that LN has made is no secret to LN; a copy that its owner made of it is")
    func birth() async throws {
        let bed = try await CalendarBed([anna])
        let item = try bed.make("Visit", of: anna)
        try await bed.reading {
            try await bed.baselines()
            try await bed.takeIn()
            let uid = try #require(try bed.sent(anna).last?.changed?.event.uid)
            var row = try #require(try await bed.store.meetings(activities: [], events: [uid]).first)
            row.meeting.birth = .ln
            #expect(try await bed.store.commit([.meeting(row)]) == .committed)
            try bed.change(item, of: anna, #"{"subject":"Visit moved","sensitivity":"private"}"#)
            try bed.outlook(.post, anna, "events/\(item)/copy")
            try await bed.pull(anna)
            let sent = try bed.sent(anna).dropFirst()
            #expect(sent.first { $0.event?.item == item }?.subject == "Visit moved")
            #expect(sent.contains { $0.event?.item != item && $0.changed != nil && $0.subject == nil })
        }
    }
}
