import HTTPTypes

/// Something that goes wrong with the next requests to a path.
struct Fault: Sendable, Hashable {
    enum Kind: String, Sendable, CaseIterable {
        /// The request is refused with `status` before LN sees it.
        case status
        /// LN acts, and the answer is `status` all the same: a gateway that gave up.
        case statusAfter
        /// LN's known fault: 401 for a token that is good.
        case u14
        /// The error body under a status of 200.
        case errorBody
        /// LN acts, and its answer never arrives.
        case lostAnswer
        /// The answer comes later by `delay`.
        case latency
    }

    let kind: Kind
    /// Of the path, or of the part behind `/LN/lnapi/odata/`; `token` for the token endpoint.
    let prefix: String
    /// The method of the requests it meets; `nil`: any.
    var method: HTTPMethod?
    /// How many requests it still meets.
    var count: Int
    var status = 503
    /// `Retry-After`, in seconds.
    var retryAfter: Int?
    var delay: Duration = .zero
}

/// The faults that wait for their requests, oldest first.
struct Faults: Sendable {
    private(set) var waiting: [Fault] = []

    mutating func add(_ fault: Fault) { waiting.append(fault) }

    mutating func removeAll() { waiting = [] }

    /// The oldest fault for a request to this path, which is used up by one; latency comes beside another.
    mutating func take(path: String, _ method: HTTPMethod) -> (fault: Fault?, delay: Duration) {
        let relative =
            path.hasSuffix(LNSandbox.tokenPath)
            ? "token" : path.firstRange(of: LNSandbox.odataRoot).map { String(path[$0.upperBound...]) }
        var fault: Fault?
        var delay: Duration = .zero
        for index in waiting.indices {
            let candidate = waiting[index]
            guard path.hasPrefix(candidate.prefix) || relative?.hasPrefix(candidate.prefix) == true,
                candidate.method.map({ $0 == method }) ?? true
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
