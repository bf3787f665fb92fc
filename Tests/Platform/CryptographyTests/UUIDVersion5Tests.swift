import Cryptography
import Foundation
import Testing

@Suite("UUID, version 5")
struct UUIDVersion5Tests {
    private let dns = UUID(
        uuid: (0x6b, 0xa7, 0xb8, 0x10, 0x9d, 0xad, 0x11, 0xd1, 0x80, 0xb4, 0x00, 0xc0, 0x4f, 0xd4, 0x30, 0xc8))

    @Test(
        "Is what RFC 9562 and Python's uuid5 make of a name",
        arguments: [
            ("www.example.com", "2ed6657d-e927-568b-95e1-2665a8aea6a2"),
            ("python.org", "886313e1-3b8a-5372-9b90-0c9aee199e5d"),
        ])
    func isTheStandards(name: String, uuid: String) {
        #expect(UUID(version5: name, in: dns).uuidString.lowercased() == uuid)
    }

    @Test("Another namespace gives another UUID")
    func namespaceCounts() {
        #expect(UUID(version5: "www.example.com", in: UUID()) != UUID(version5: "www.example.com", in: dns))
    }
}
