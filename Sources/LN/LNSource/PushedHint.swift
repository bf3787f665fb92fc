import Foundation
import SyncModel

/// A hint as LN sends it: `{"messageId":"…","company":1300,"entity":"Activity","key":"ACT000451","action":"change"}`. Members that are not
/// known are passed over.
struct PushedHint: Sendable, Hashable {
    enum Entity: String, Sendable, Hashable {
        case activity, contact
    }

    enum Action: String, Sendable, Hashable {
        case change, delete
    }

    let messageID: String?
    let entity: Entity
    let key: String
    let isDeletion: Bool

    /// Longer keys are none of LN's.
    private static let longestKey = 64
    private static let longestMessageID = 250

    /// One hint, or an array of them.
    /// - Throws: what is wrong with which; then none of them is taken.
    static func read(_ body: Data, company: Company, atMost limit: Int) throws(PushedHintError) -> [PushedHint] {
        let list: [Fields]
        if let one = try? JSONDecoder().decode(Fields.self, from: body) {
            list = [one]
        } else if let several = try? JSONDecoder().decode([Fields].self, from: body) {
            list = several
        } else {
            throw PushedHintError("the body is neither a hint nor an array of hints as JSON")
        }
        guard list.count <= limit else {
            throw PushedHintError(
                "\(list.count) hints are more than \(limit): send them in several requests", isTooMany: true)
        }
        var hints: [PushedHint] = []
        for (index, fields) in list.enumerated() {
            let place = list.count == 1 ? "the hint" : "hint \(index + 1)"
            hints.append(try PushedHint(fields, company, place))
        }
        return hints
    }

    private init(_ fields: Fields, _ company: Company, _ place: String) throws(PushedHintError) {
        guard let number = fields.company?.number else {
            throw PushedHintError("\(place) has no company")
        }
        guard number == company.rawValue else {
            throw PushedHintError(
                "\(place) is of company \(number); company \(company) (LNSYNC_LN_COMPANY) is kept in step here")
        }
        guard let entity = fields.entity?.text.flatMap({ Entity(rawValue: $0.lowercased()) }) else {
            throw PushedHintError("entity of \(place) is neither Activity nor Contact")
        }
        guard let key = fields.key?.text?.trimmingCharacters(in: .whitespaces), !key.isEmpty else {
            throw PushedHintError("\(place) has no key")
        }
        guard key.utf8.count <= Self.longestKey,
            key.unicodeScalars.allSatisfy({ $0.properties.generalCategory != .control })
        else { throw PushedHintError("key of \(place) is no code of LN's") }
        guard let action = fields.action.map({ Action(rawValue: $0.text?.lowercased() ?? "") }) ?? .change else {
            throw PushedHintError("action of \(place) is neither change nor delete")
        }
        self.entity = entity
        self.key = key
        let message = fields.messageId?.text.map { String($0.prefix(Self.longestMessageID)) } ?? ""
        messageID = message.isEmpty ? nil : message
        isDeletion = action == .delete
    }

    private struct Fields: Decodable {
        let messageId: Scalar?
        let company: Scalar?
        let entity: Scalar?
        let key: Scalar?
        let action: Scalar?
    }

    /// Text or number, as whoever maps a document has it.
    private struct Scalar: Decodable {
        let text: String?

        var number: Int? { text.flatMap { Int($0) } }

        init(from decoder: any Decoder) throws {
            let container = try decoder.singleValueContainer()
            if let text = try? container.decode(String.self) {
                self.text = text
            } else {
                text = (try? container.decode(Int.self)).map(String.init)
            }
        }
    }
}

/// Why a request's hints are not taken.
struct PushedHintError: Error, Sendable, Hashable, CustomStringConvertible {
    let description: String
    let isTooMany: Bool

    init(_ description: String, isTooMany: Bool = false) {
        self.description = description
        self.isTooMany = isTooMany
    }
}
