import Foundation
import Synchronization

/// A server that speaks HTTP/1.1 as well or as badly as a test wants: a thread per connection on a socket of its own.
final class RawServer: Sendable {
    struct Request: Sendable {
        let method: String
        let target: String
        let headerLines: [String]
        let body: Data
        /// Counted from 1.
        let connection: Int
        /// Counted from 1, on its connection.
        let number: Int
    }

    enum Reply: Sendable {
        case send(String)
        case sendAndClose(String)
        /// Bytes without end, until the client has enough.
        case sendForEver(String)
        case close
        /// Sends nothing until the client goes away.
        case hang
    }

    private struct State {
        var requests: [Request] = []
        var connections = 0
        var open: Set<Int32> = []
        var busy = 0
        var mostBusy = 0
        var isClosed = false
    }

    let port: Int
    private let listener: Int32
    private let reply: @Sendable (Request) -> Reply
    private let state = Mutex(State())

    init(_ reply: @escaping @Sendable (Request) -> Reply) throws {
        self.reply = reply
        (listener, port) = try Self.listen()
        Thread.detachNewThread { self.accept() }
    }

    var authority: String { "127.0.0.1:\(port)" }
    var requests: [Request] { state.withLock { $0.requests } }
    var connections: Int { state.withLock { $0.connections } }
    /// Connections that are open now.
    var open: Int { state.withLock { $0.open.count } }
    /// The most requests that were being answered at once.
    var mostBusy: Int { state.withLock { $0.mostBusy } }

    func close() {
        state.withLock { state in
            state.isClosed = true
            for descriptor in state.open { shutdown(descriptor, Int32(SHUT_RDWR)) }
        }
        shutdown(listener, Int32(SHUT_RDWR))
    }

    /// A port on which nobody listens: bound for a moment, and let go.
    static func refusedPort() throws -> Int {
        let (descriptor, port) = try listen()
        Glibc.close(descriptor)
        return port
    }

    static func ok(_ body: String = "", _ headerLines: String = "") -> String {
        "HTTP/1.1 200 OK\r\nContent-Length: \(body.utf8.count)\r\n\(headerLines)\r\n\(body)"
    }

    fileprivate static func listen(backlog: Int32 = 1024) throws -> (descriptor: Int32, port: Int) {
        let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue), 0)
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        var length = socklen_t(MemoryLayout<sockaddr_in>.size)
        let code = withUnsafeMutablePointer(to: &address) { pointer in
            pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                bind(descriptor, address, length) == 0 && Glibc.listen(descriptor, backlog) == 0
                    && getsockname(descriptor, address, &length) == 0
            }
        }
        guard code else { throw POSIXError(.EADDRNOTAVAIL) }
        return (descriptor, Int(UInt16(bigEndian: address.sin_port)))
    }

    private func accept() {
        while true {
            let descriptor = Glibc.accept(listener, nil, nil)
            let number: Int? = state.withLock { state in
                guard descriptor >= 0, !state.isClosed else { return nil }
                state.connections += 1
                state.open.insert(descriptor)
                return state.connections
            }
            guard let number else {
                if descriptor >= 0 { Glibc.close(descriptor) }
                Glibc.close(listener)
                return
            }
            Thread.detachNewThread { self.serve(descriptor, number) }
        }
    }

    private func serve(_ descriptor: Int32, _ connection: Int) {
        defer {
            state.withLock { _ = $0.open.remove(descriptor) }
            Glibc.close(descriptor)
        }
        var buffer = Data()
        var number = 0
        while let request = read(&buffer, from: descriptor, connection, number + 1) {
            number += 1
            state.withLock { state in
                state.requests.append(request)
                state.busy += 1
                state.mostBusy = max(state.mostBusy, state.busy)
            }
            let reply = reply(request)
            state.withLock { $0.busy -= 1 }
            switch reply {
            case .send(let text):
                guard write(text, to: descriptor) else { return }
            case .sendAndClose(let text):
                _ = write(text, to: descriptor)
                return
            case .sendForEver(let text):
                while write(text, to: descriptor) {}
                return
            case .close:
                return
            case .hang:
                var byte: UInt8 = 0
                while recv(descriptor, &byte, 1, 0) > 0 {}
                return
            }
        }
    }

    private func read(_ buffer: inout Data, from descriptor: Int32, _ connection: Int, _ number: Int) -> Request? {
        var end: Range<Data.Index>?
        while true {
            end = buffer.range(of: Data("\r\n\r\n".utf8))
            if let end {
                let lines = String(decoding: buffer[..<end.lowerBound], as: UTF8.self).components(separatedBy: "\r\n")
                let length =
                    lines.first { $0.lowercased().hasPrefix("content-length:") }.flatMap {
                        Int($0.dropFirst(15).trimmingCharacters(in: .whitespaces))
                    } ?? 0
                if buffer.endIndex - end.upperBound >= length {
                    let body = Data(buffer[end.upperBound..<(end.upperBound + length)])
                    buffer = Data(buffer[(end.upperBound + length)...])
                    let words = lines[0].split(separator: " ").map(String.init)
                    return Request(
                        method: words[0], target: words[1], headerLines: Array(lines.dropFirst()), body: body,
                        connection: connection, number: number)
                }
            }
            var part = [UInt8](repeating: 0, count: 65536)
            let count = recv(descriptor, &part, part.count, 0)
            guard count > 0 else { return nil }
            buffer.append(contentsOf: part[..<count])
        }
    }

    private func write(_ text: String, to descriptor: Int32) -> Bool {
        var rest = ArraySlice(Array(text.utf8))
        while !rest.isEmpty {
            let count = rest.withUnsafeBytes { send(descriptor, $0.baseAddress, $0.count, Int32(MSG_NOSIGNAL)) }
            guard count > 0 else { return false }
            rest = rest.dropFirst(count)
        }
        return true
    }
}

/// A port whose queue of connections is full: the kernel answers no further attempt.
struct SilentPort {
    let port: Int
    private var descriptors: [Int32]

    init() throws {
        let (listener, port) = try RawServer.listen(backlog: 0)
        self.port = port
        descriptors = [listener]
        var address = sockaddr_in()
        address.sin_family = sa_family_t(AF_INET)
        address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
        address.sin_port = UInt16(port).bigEndian
        for _ in 0..<4 {
            let kind = Int32(SOCK_STREAM.rawValue | SOCK_CLOEXEC.rawValue | SOCK_NONBLOCK.rawValue)
            let descriptor = socket(AF_INET, kind, 0)
            descriptors.append(descriptor)
            withUnsafePointer(to: &address) { pointer in
                pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
                    _ = connect(descriptor, address, socklen_t(MemoryLayout<sockaddr_in>.size))
                }
            }
        }
    }

    func close() {
        for descriptor in descriptors { Glibc.close(descriptor) }
    }
}

/// Returns once `condition` holds; false where it does not within a time that no machine should need.
func eventually(_ condition: () async -> Bool) async -> Bool {
    let end = ContinuousClock.now + .seconds(30)
    while ContinuousClock.now < end {
        if await condition() { return true }
        try? await Task.sleep(for: .milliseconds(2))
    }
    return await condition()
}
