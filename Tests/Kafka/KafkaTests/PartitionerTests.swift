import Testing

@testable import Kafka

@Suite struct PartitionerTests {
    @Test(
        "murmur2 is Java's: the vectors of org.apache.kafka.common.utils.UtilsTest",
        arguments: [
            ("21", -973_932_308), ("foobar", -790_332_482), ("a-little-bit-long-string", -985_981_536),
            ("a-little-bit-longer-string", -1_486_304_829),
            ("lkjh234lh9fiuh90y23oiuhsafujhadof229phr9h19h89h8", -58_897_971), ("abc", 479_470_107),
        ] as [(String, Int32)])
    func murmur2(_ key: String, _ hash: Int32) {
        #expect(Int32(bitPattern: Partitioner.murmur2(Array(key.utf8))) == hash)
    }

    @Test("A key's partition is its hash without the sign")
    func partition() {
        #expect(Partitioner.partition(of: Array("21".utf8), count: 24) == (-973_932_308 & 0x7FFF_FFFF) % 24)
        #expect((0..<24).contains(Partitioner.partition(of: [], count: 24)))
    }
}
