/// Where a key's records go: murmur2 as Java's producers and librdkafka's `murmur2_random` have it, so that whoever knows the
/// number of partitions knows a key's partition without asking the broker.
public enum Partitioner {
    public static func partition(of key: [UInt8], count: Int32) -> Int32 {
        Int32(murmur2(key) & 0x7FFF_FFFF) % count
    }

    /// MurmurHash2 by Austin Appleby with Kafka's seed.
    static func murmur2(_ bytes: [UInt8]) -> UInt32 {
        let mix: UInt32 = 0x5BD1_E995
        var hash: UInt32 = 0x9747_B28C ^ UInt32(truncatingIfNeeded: bytes.count)
        var index = 0
        while bytes.count - index >= 4 {
            var word =
                UInt32(bytes[index]) | UInt32(bytes[index + 1]) << 8 | UInt32(bytes[index + 2]) << 16
                | UInt32(bytes[index + 3]) << 24
            word &*= mix
            word ^= word >> 24
            word &*= mix
            hash = (hash &* mix) ^ word
            index += 4
        }
        for (place, byte) in bytes[index...].enumerated() { hash ^= UInt32(byte) << UInt32(8 * place) }
        if index < bytes.count { hash &*= mix }
        hash ^= hash >> 13
        hash &*= mix
        hash ^= hash >> 15
        return hash
    }
}
