/// Something that goes wrong with the next requests to a mailbox.
struct Fault: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        /// The request is refused with `status` before Exchange sees it.
        case status
        /// Exchange acts, and the answer is `status` all the same: a gateway that gave up.
        case statusAfter
        /// Exchange acts, and its answer never arrives.
        case lostAnswer
        /// The answer comes later by `delay`.
        case latency
    }

    let kind: Kind
    /// A mailbox's address in lower case; `token` for the token endpoint; `nil` for every mailbox.
    let mailbox: String?
    /// Requests with this method; `nil`: all.
    let method: String?
    /// How many requests it still meets.
    var count: Int
    var status = 503
    /// Graph's code; `nil`: the one that goes with the status.
    var code: String?
    /// `Retry-After`, in seconds.
    var retryAfter: Int?
    var delay: Duration = .zero

    var error: GraphError {
        let (usual, message) =
            switch status {
            case 401: ("InvalidAuthenticationToken", "Lifetime validation failed, the token is expired.")
            case 403: ("ErrorAccessDenied", "Access is denied. Check credentials and try again.")
            case 404: ("ErrorItemNotFound", "The specified object was not found in the store.")
            case 409, 412:
                ("ErrorIrresolvableConflict", "The change key does not match the current change key for the item.")
            case 429: ("ApplicationThrottled", "Application is over its MailboxConcurrency limit.")
            case 503: ("serviceNotAvailable", "The service is temporarily unavailable.")
            case 504: ("UnknownError", "The gateway did not answer in time.")
            case 507: ("ErrorQuotaExceeded", "The mailbox's quota is exceeded.")
            default: ("UnknownError", "An injected fault.")
            }
        return GraphError(status, code ?? usual, message, retryAfter: retryAfter)
    }
}

/// The faults that wait for their requests, oldest first.
struct Faults: Sendable {
    private(set) var waiting: [Fault] = []

    mutating func add(_ fault: Fault) { waiting.append(fault) }

    mutating func removeAll() { waiting = [] }

    /// The oldest fault for such a request, which is used up by one; latency comes beside another.
    mutating func take(mailbox: String, method: String) -> (fault: Fault?, delay: Duration) {
        var fault: Fault?
        var delay: Duration = .zero
        for index in waiting.indices {
            let candidate = waiting[index]
            guard candidate.mailbox == mailbox || (candidate.mailbox == nil && mailbox != "token"),
                candidate.method == nil || candidate.method == method
            else { continue }
            if candidate.kind == .latency {
                delay += candidate.delay
            } else if fault == nil {
                fault = candidate
            } else {
                continue
            }
            waiting[index].count -= 1
        }
        waiting.removeAll { $0.count <= 0 }
        return (fault, delay)
    }
}
