import CFixedPort

/// Gives a mock cluster that nobody knows yet an id that no other has.
///
/// librdkafka makes the id from the address of the cluster's memory: the next cluster of the same process has, as a rule, the
/// same one, and a restarted process may. But another id is how readers notice that the log is another one (architecture,
/// Offsets), and the API has no way to set it. So the digits that librdkafka has written are found in the cluster's memory by
/// what they say, and written anew at the same length. Where a later librdkafka writes another id there, nothing is found and
/// nothing changed.
func giveNewIdentity(to cluster: OpaquePointer) {
    let start = UnsafeMutableRawPointer(cluster)
    let memory = UnsafeMutableRawBufferPointer(start: start, count: malloc_usable_size(start))
    let prefix = "mockCluster"
    let written = Array((prefix + String(UInt(bitPattern: cluster) >> 2, radix: 16)).utf8) + [0]
    guard memory.count >= written.count,
        let place = (0...(memory.count - written.count)).first(where: { place in
            memory[place..<(place + written.count)].elementsEqual(written)
        })
    else { return }
    let digits = Array("0123456789abcdef".utf8)
    var generator = SystemRandomNumberGenerator()
    for index in (place + prefix.utf8.count)..<(place + written.count - 1) {
        memory[index] = digits[Int.random(in: 0..<16, using: &generator)]
    }
}
