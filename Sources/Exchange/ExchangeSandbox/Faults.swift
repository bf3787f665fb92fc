/// Something that goes wrong with the next requests.
struct Fault: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        /// The request is refused with `status` before Exchange sees it.
        case status
        /// Exchange acts, and its answer never arrives.
        case lostAnswer
        /// The answer comes later by `delay`.
        case latency
    }

    let kind: Kind
    /// An address in lower case; `nil`: every mailbox, and the token endpoint.
    var mailbox: String?
    /// Of the path: `/v1.0/users`; empty: every path.
    var path = ""
    /// How many requests it still meets.
    var count = 1
    var status = 503
    var code: String?
    /// `Retry-After`, in seconds.
    var retryAfter: Int?
    var delay: Duration = .zero
}

/// The faults that wait for their requests, oldest first.
struct Faults: Sendable {
    private(set) var waiting: [Fault] = []

    mutating func add(_ fault: Fault) { waiting.append(fault) }

    mutating func removeAll() { waiting = [] }

    /// The oldest fault for a request, which is used up by one; latency comes beside another.
    mutating func take(mailbox: String?, path: String) -> (fault: Fault?, delay: Duration) {
        guard !waiting.isEmpty else { return (nil, .zero) }
        var taken: Fault?
        var delay: Duration = .zero
        for index in waiting.indices {
            let fault = waiting[index]
            guard fault.mailbox == nil || fault.mailbox == mailbox, path.hasPrefix(fault.path) else { continue }
            if fault.kind == .latency {
                delay += fault.delay
            } else if taken == nil {
                taken = fault
            } else {
                continue
            }
            waiting[index].count -= 1
        }
        waiting.removeAll { $0.count <= 0 }
        return (taken, delay)
    }
}
