import CMicroHTTPD
import CRuntime
import Glibc
import Synchronization
import Telemetry

/// The thread that watches over a running server: cuts off who is too slow, tells handlers whose clients have gone, and ends
/// the server when it is asked to. It owns the daemon, the listening socket and the callbacks' reference to the core.
final class Keeper: Sendable {
    private struct Request {
        /// `nil`: nobody has asked for the end.
        var deadline: ContinuousClock.Instant?
        var waiting: [CheckedContinuation<Void, Never>] = []
        var hasEnded = false
    }

    /// What only the thread touches once it runs; made before it and freed at its end.
    private struct Resources: @unchecked Sendable {
        let daemon: OpaquePointer
        let options: UnsafeMutablePointer<cmhd_options>
        let core: Unmanaged<ServerCore>
    }

    private let core: ServerCore
    private let resources: Resources
    private let wakeUp: Int32
    private let request = Mutex(Request())

    /// Takes over the listening socket and starts the daemon and the thread.
    init(_ core: ServerCore, listener: Int32) throws(HTTPServerError) {
        self.core = core
        let configuration = core.configuration
        let retained = Unmanaged.passRetained(core)
        let options = UnsafeMutablePointer<cmhd_options>.allocate(capacity: 1)
        options.initialize(
            to: cmhd_options(
                listener: listener, connections: UInt32(configuration.maximumConnections),
                idle_seconds: UInt32(max(1, configuration.idleTimeout.components.seconds + 1)),
                header_bytes: configuration.maximumHeader, context: retained.toOpaque(),
                handle: requestAdvanced, completed: requestCompleted, connection: connectionNotified,
                target: targetReceived, log: messageLogged))
        wakeUp = eventfd(0, Int32(EFD_CLOEXEC))
        guard wakeUp >= 0, let daemon = cmhd_start(options) else {
            let why = String(cString: strerror(errno))
            // Whether the daemon has closed the listening socket depends on where it failed: left to the process's end.
            if wakeUp >= 0 { close(wakeUp) } else { close(listener) }
            options.deallocate()
            retained.release()
            throw HTTPServerError(.cannotStart, "libmicrohttpd: \(why)")
        }
        resources = Resources(daemon: daemon, options: options, core: retained)
        var thread = pthread_t()
        let own = Unmanaged.passRetained(self)
        let failure = pthread_create(&thread, nil, keeperMain, own.toOpaque())
        guard failure == 0 else {
            own.release()
            stopDaemon(-1)
            throw HTTPServerError(.cannotStart, "a thread: \(String(cString: strerror(failure)))")
        }
        pthread_detach(thread)
    }

    deinit {
        close(wakeUp)
    }

    /// Asks for the end within `time`, and has `ended` resumed then. Callable from any thread.
    func requestStop(within time: Duration, _ ended: CheckedContinuation<Void, Never>?) {
        let hasEnded = request.withLock { request in
            if request.deadline == nil { request.deadline = .now + time }
            if !request.hasEnded, let ended { request.waiting.append(ended) }
            return request.hasEnded
        }
        if hasEnded { ended?.resume() } else { eventfd_write(wakeUp, 1) }
    }

    // MARK: On the thread

    fileprivate func run() {
        cruntime_name_thread("http-keeper")
        let interval = core.connections.sweepInterval
        var deadline: ContinuousClock.Instant?
        while deadline == nil {
            pause(interval)
            sweep()
            deadline = request.withLock { $0.deadline }
        }
        let end = deadline ?? .now
        // Takes the listening socket out of the daemon, what is there goes on. The kernel refuses new connections from the shutdown on;
        // closed is the socket only once no thread can use its number.
        let listener = MHD_quiesce_daemon(resources.daemon)
        if listener >= 0 { shutdown(listener, Int32(SHUT_RDWR)) }
        core.beginDraining()
        // A part of the time is kept for ending by force.
        let graceful = end - min(.seconds(1), max(ContinuousClock.now.duration(to: end), .zero) / 5)
        waitForRequests(until: graceful)
        let remaining = core.connections.stop()
        if !remaining.isEmpty {
            core.log.warning("requests did not end within the drain's time", ["requests": "\(remaining.count)"])
        }
        for exchange in remaining { exchange.abort(with: .stopping) }
        waitForRequests(until: end)
        stopDaemon(listener)
        let waiting = request.withLock { request in
            request.hasEnded = true
            defer { request.waiting = [] }
            return request.waiting
        }
        core.hasStopped()
        for continuation in waiting { continuation.resume() }
    }

    /// Returns once no request is under way, or at the deadline.
    private func waitForRequests(until deadline: ContinuousClock.Instant) {
        while core.connections.exchanges > 0, ContinuousClock.now < deadline {
            pause(.milliseconds(5))
            sweep()
        }
    }

    private func sweep() {
        let findings = core.connections.sweep()
        for exchange in findings.abandoned { exchange.cancel() }
        for exchange in findings.overdue {
            exchange.abort(with: .refusal(503, "not done within \(core.configuration.handlerTimeout)"))
        }
    }

    /// Waits for `time` or a request to end.
    private func pause(_ time: Duration) {
        var event = pollfd(fd: wakeUp, events: Int16(POLLIN), revents: 0)
        let (seconds, attoseconds) = time.components
        if poll(&event, 1, Int32(seconds * 1000 + attoseconds / 1_000_000_000_000_000)) > 0 {
            var count: eventfd_t = 0
            eventfd_read(wakeUp, &count)
        }
    }

    /// No callback comes after this. No connection may be suspended before it.
    private func stopDaemon(_ listener: Int32) {
        MHD_stop_daemon(resources.daemon)
        if listener >= 0 { close(listener) }
        resources.options.deallocate()
        resources.core.release()
    }
}

private func keeperMain(_ context: UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? {
    if let context { Unmanaged<Keeper>.fromOpaque(context).takeRetainedValue().run() }
    return nil
}
