import Cryptography
import Foundation
import Testing

@Suite("SHA-256")
struct SHA256Tests {
    @Test(
        "Hashes as FIPS 180-4's examples do",
        arguments: [
            ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
            ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
            (
                "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
                "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
            ),
        ])
    func hashesAsTheStandard(text: String, hex: String) {
        #expect(SHA256.hex(Data(text.utf8)) == hex)
    }

    @Test("Hashes a million bytes")
    func hashesMuch() {
        #expect(
            SHA256.hex(Data(repeating: UInt8(ascii: "a"), count: 1_000_000))
                == "cdc76e5c9914fb9281a1c7e284d73e67f1809a48a497200e046d39ccc7112cd0")
    }

    @Test("The bytes are those of the hexadecimal digits")
    func bytes() {
        #expect(SHA256.hash(Data("abc".utf8)).prefix(4) == [0xBA, 0x78, 0x16, 0xBF])
        #expect(SHA256.hash(Data("abc".utf8)).count == 32)
    }
}
