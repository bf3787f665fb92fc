import COpenSSL
public import Foundation

/// SHA-256 (FIPS 180-4).
public enum SHA256 {
    /// The hash of `data`: 32 bytes.
    public static func hash(_ data: some DataProtocol) -> [UInt8] {
        digest(data, EVP_sha256(), count: 32)
    }

    /// The hash of `data` as 64 lower-case hexadecimal digits.
    public static func hex(_ data: some DataProtocol) -> String {
        hexadecimal(hash(data))
    }
}

/// The hash of `data` with an algorithm of libcrypto's default provider, whose result has `count` bytes.
func digest(_ data: some DataProtocol, _ algorithm: OpaquePointer?, count: Int) -> [UInt8] {
    let bytes = Array(data)
    return [UInt8](unsafeUninitializedCapacity: count) { hash, length in
        let isDone = EVP_Digest(bytes, bytes.count, hash.baseAddress, nil, algorithm, nil)
        // Fails only without memory or without the default provider: there is no outside data that could cause it.
        precondition(isDone == 1, "libcrypto can't hash")
        length = count
    }
}

private func hexadecimal(_ bytes: [UInt8]) -> String {
    let digits = Array("0123456789abcdef".utf8)
    return String(unsafeUninitializedCapacity: bytes.count * 2) { text in
        for (index, byte) in bytes.enumerated() {
            text[index * 2] = digits[Int(byte >> 4)]
            text[index * 2 + 1] = digits[Int(byte & 15)]
        }
        return bytes.count * 2
    }
}
