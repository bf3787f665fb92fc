import Foundation
import Glibc

/// A request over a socket of its own, by hand.
enum RawClient {
    /// Sends the request and returns all that comes until the server closes; `nil` where nothing can be sent or nothing comes.
    static func send(_ method: String, _ target: String, _ headers: [String] = [], _ body: String = "", port: UInt16)
        async -> String?
    {
        await withCheckedContinuation { continuation in
            // A thread of its own: a blocked worker of Dispatch would keep the handlers waiting.
            Thread.detachNewThread {
                guard let descriptor = connect(port, method, target, headers, body) else {
                    continuation.resume(returning: nil)
                    return
                }
                defer { close(descriptor) }
                var bytes: [UInt8] = []
                var buffer = [UInt8](repeating: 0, count: 65_536)
                while true {
                    let count = read(descriptor, &buffer, buffer.count)
                    if count <= 0 { break }
                    bytes += buffer[..<count]
                }
                continuation.resume(returning: bytes.isEmpty ? nil : String(decoding: bytes, as: UTF8.self))
            }
        }
    }

    /// Sends the request and returns its connection, from which nothing was read yet.
    static func connect(_ port: UInt16, _ method: String, _ target: String, _ headers: [String], _ body: String)
        -> Int32?
    {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
        guard descriptor >= 0 else { return nil }
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_port = port.bigEndian
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        let connected = withUnsafePointer(to: address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                Glibc.connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size))
            }
        }
        let lines =
            [
                "\(method) \(target) HTTP/1.1", "Host: 127.0.0.1:\(port)", "Connection: close",
                "Content-Length: \(body.utf8.count)",
            ]
            + headers
        let request = Array((lines.joined(separator: "\r\n") + "\r\n\r\n" + body).utf8)
        guard connected == 0, Glibc.send(descriptor, request, request.count, Int32(MSG_NOSIGNAL)) == request.count
        else {
            close(descriptor)
            return nil
        }
        return descriptor
    }
}
