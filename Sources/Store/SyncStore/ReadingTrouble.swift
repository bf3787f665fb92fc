public import Foundation
import SyncModel

/// What keeps a reader from reading LN, Exchange or a partition of Kafka's, kept so that others than the reader can tell it.
public struct ReadingTrouble: Sendable, Hashable, Codable {
    public var since: Date
    /// What is wrong, and what to do where somebody has to do something.
    public var text: String
    /// Nothing is read until somebody mends it.
    public var needsPerson: Bool

    public init(since: Date, text: String, needsPerson: Bool) {
        self.since = since
        self.text = text
        self.needsPerson = needsPerson
    }
}

extension ReadingTrouble {
    private static let prefix = "trouble/"

    /// All that is kept, by the lease under which the reader reads.
    public static func kept(in cursors: [CursorName: String]) -> [LeaseName: ReadingTrouble] {
        var troubles: [LeaseName: ReadingTrouble] = [:]
        for (cursor, text) in cursors where cursor.rawValue.hasPrefix(prefix) {
            guard let trouble = try? JSONDecoder().decode(ReadingTrouble.self, from: Data(text.utf8)) else { continue }
            troubles[LeaseName(String(cursor.rawValue.dropFirst(prefix.count)))] = trouble
        }
        return troubles
    }

    /// Keeps it, instead of what was kept before; `nil`: LN is read again.
    public static func keep(_ trouble: ReadingTrouble?, of reader: LeaseName) throws -> Mutation {
        let text = try trouble.map { String(decoding: try JSONEncoder().encode($0), as: UTF8.self) } ?? ""
        return .cursor(cursor(of: reader), text)
    }

    /// Where it is kept.
    public static func cursor(of reader: LeaseName) -> CursorName { CursorName(prefix + reader.rawValue) }
}

extension LeaseName {
    /// Under which trouble with Exchange as a whole is kept. Nobody takes it: readers of Exchange lease single mailboxes.
    public static let exchangeReader = LeaseName("reader/exchange")

    /// Under which it is kept that a group's intake of a partition stands still. Nobody takes it: Kafka deals partitions out.
    public static func intake(of group: String, _ partition: IntakePartition) -> LeaseName {
        LeaseName("\(intakePrefix)\(group)/\(partition.topic)/\(partition.partition)")
    }

    public var isOfIntake: Bool { rawValue.hasPrefix(Self.intakePrefix) }

    private static let intakePrefix = "intake/"
}
