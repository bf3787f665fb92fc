import Foundation
import SyncModel
import Testing

@Suite("A meeting's content")
struct MeetingContentTests {
    func content(_ people: [String]) -> MeetingContent {
        let start = Date(timeIntervalSince1970: 1_800_000_000)
        var attendees: [EmailAddress: MeetingAttendee] = [:]
        for person in people { attendees[EmailAddress(person)] = MeetingAttendee(.required) }
        return MeetingContent(
            time: .timed(start: start, end: start + 3600, zone: ZoneName("Europe/Berlin")), subject: "Visit",
            reminder: .minutes(15), attendees: attendees)
    }

    @Test(
        "Is written the same whatever the order its attendees came in, so that its hash is, and is read back as it was")
    func encoding() throws {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let people = (1...20).map { "person\($0)@example.org" }
        let one = try encoder.encode(content(people)), other = try encoder.encode(content(people.reversed()))
        #expect(one == other)
        #expect(try JSONDecoder().decode(MeetingContent.self, from: one) == content(people))
        #expect(String(decoding: one, as: UTF8.self).contains(#""person1@example.org":{"#))
    }

    @Test(
        "Each group is read and written by its name; a value of another kind is passed over",
        arguments: FieldGroup.fields)
    func groups(group: FieldGroup) {
        let full = content([])
        var copy = MeetingContent()
        copy[group] = full[group]
        #expect(copy[group] == full[group] && copy[group] != nil)
        copy[group] = .attendee(nil)
        #expect(copy[group] == full[group])
        copy[group] = nil
        #expect(copy == MeetingContent())
    }

    @Test("Unknown attendees are not the same as none")
    func attendees() {
        var unknown = MeetingContent()
        let bob = FieldGroup.attendee(EmailAddress("bob@example.org"))
        #expect(unknown[bob] == nil)
        #expect(content([])[bob] == .attendee(nil))
        unknown[bob] = .attendee(MeetingAttendee(.required))
        #expect(unknown.attendees == nil)
    }
}
