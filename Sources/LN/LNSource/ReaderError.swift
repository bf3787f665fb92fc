/// Why the reader gives up a page. It reads it again.
enum ReaderError: Error, Sendable, Hashable {
    /// Another process holds the lease now.
    case leaseLost
}
