import SyncEvents

extension Topic {
    /// As Kafka and our tables name it: with the installation's prefix or without it.
    func isNamed(_ argument: String?) -> Bool { argument?.hasSuffix(name) == true }
}
