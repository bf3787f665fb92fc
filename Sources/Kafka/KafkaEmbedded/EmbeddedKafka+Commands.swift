public import Kafka

extension EmbeddedKafka {
    /// What a command line may say, one line each.
    public static let commands = [
        "down                          cut all connections, take no new ones",
        "up                            take connections again",
        "latency MILLISECONDS          answer that much later; 0 ends it",
        "fail REQUEST ERROR [TIMES]    answer the next requests with an error, such as: fail produce NOT_LEADER_FOR_PARTITION 3",
        "clear REQUEST                 take back what fail has asked for",
        "topic NAME PARTITIONS         make a topic",
    ]

    /// Does what a line says; see `commands`.
    /// - Throws: `.invalid` with what was expected.
    public func perform(command line: String) throws(KafkaError) {
        let words = line.split(separator: " ").map(String.init)
        switch (words.first, words.count) {
        case ("down", 1): try setDown(true)
        case ("up", 1): try setDown(false)
        case ("latency", 2): try setLatency(.milliseconds(try number(words[1], "milliseconds")))
        case ("fail", 3): try fail(try request(words[1]), with: words[2])
        case ("fail", 4): try fail(try request(words[1]), with: words[2], times: try number(words[3], "a count"))
        case ("clear", 2): try clearFailures(of: try request(words[1]))
        case ("topic", 3):
            guard let partitions = Int32(exactly: try number(words[2], "a number of partitions")) else {
                throw KafkaError(.invalid, "\(words[2]) partitions are too many")
            }
            try createTopic(words[1], partitions: partitions)
        default:
            let known = Self.commands.map { String($0.prefix { $0 != " " }) }.joined(separator: ", ")
            throw KafkaError(.invalid, "'\(line)' is no command; expected one of \(known) with its arguments")
        }
    }

    private func number(_ word: String, _ meaning: String) throws(KafkaError) -> Int {
        guard let number = Int(word), number >= 0 else {
            throw KafkaError(.invalid, "'\(word)' is not \(meaning)")
        }
        return number
    }

    private func request(_ word: String) throws(KafkaError) -> Request {
        guard let request = Request.allCases.first(where: { $0.name == word }) else {
            let known = Request.allCases.map(\.name).joined(separator: ", ")
            throw KafkaError(.invalid, "'\(word)' is no request; expected one of \(known)")
        }
        return request
    }
}
