import COpenSSL
public import Foundation

extension UUID {
    /// The UUID of a name within a namespace: the same for the same two, always (RFC 9562, 5.5).
    public init(version5 name: String, in namespace: UUID) {
        let bytes = withUnsafeBytes(of: namespace.uuid) { Array($0) } + Array(name.utf8)
        var hash = digest(bytes, EVP_sha1(), count: 20)
        hash[6] = hash[6] & 0x0F | 0x50
        hash[8] = hash[8] & 0x3F | 0x80
        self.init(
            uuid: (
                hash[0], hash[1], hash[2], hash[3], hash[4], hash[5], hash[6], hash[7], hash[8], hash[9], hash[10],
                hash[11], hash[12], hash[13], hash[14], hash[15]
            ))
    }
}
