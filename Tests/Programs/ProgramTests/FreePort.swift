import Foundation
import Synchronization

/// Ports that nobody listens on, below those that the kernel gives to connections: none takes them until their program does.
enum FreePort {
    private static let taken = Mutex(Set<UInt16>())

    /// A port that was not given out before.
    static func take() throws -> UInt16 {
        for _ in 1...1000 {
            let port = UInt16.random(in: 20_000..<32_000)
            guard taken.withLock({ $0.insert(port).inserted }) else { continue }
            let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
            defer { Glibc.close(descriptor) }
            var address = sockaddr_in()
            address.sin_family = sa_family_t(AF_INET)
            address.sin_port = port.bigEndian
            address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
            let result = withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { pointer in
                    bind(descriptor, pointer, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
            if result == 0 { return port }
        }
        throw ProgramTestError("no port is free")
    }
}
