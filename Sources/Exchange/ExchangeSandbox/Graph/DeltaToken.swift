import Foundation

/// Where a delta round of a folder is: what `$deltatoken` and `$skiptoken` of its links stand for.
struct DeltaToken: Sendable, Hashable, Codable {
    /// Exchange forgets the tokens of earlier ones.
    let generation: UInt64
    /// The mailbox's own number.
    let mailbox: UInt64
    let folder: Int
    /// All changes up to this one have been told.
    var after = 0
    /// In the first round only what is there is told.
    var isInitial = true
    /// The members that the first request selected; `nil`: all.
    var select: Set<String>?

    init(generation: UInt64, mailbox: UInt64, folder: Int, select: Set<String>?) {
        self.generation = generation
        self.mailbox = mailbox
        self.folder = folder
        self.select = select
    }

    /// - Throws: where the text is no token, or one that Exchange has forgotten.
    init(_ text: String, generation: UInt64) throws(GraphError) {
        guard let data = Data(base64Encoded: text.replacing("-", with: "+").replacing("_", with: "/")),
            let token = try? JSONDecoder().decode(DeltaToken.self, from: data)
        else { throw GraphError(400, "BadRequest", "Badly formed token.") }
        guard token.generation == generation else {
            throw GraphError(
                410, "SyncStateNotFound",
                "The sync state generation is not found; generation=\(token.generation);[highest=\(generation)]")
        }
        self = token
    }

    var text: String {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        let data = (try? encoder.encode(self)) ?? Data()
        return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_")
    }
}
