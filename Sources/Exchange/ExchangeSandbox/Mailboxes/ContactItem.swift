import Foundation

/// A contact in a mailbox.
struct ContactItem: Sendable, Hashable, Codable {
    /// Contacts count up in the order in which they came.
    let number: Int
    /// The number of the folder it is in.
    var folder: Int
    var fields: ContactFields
    let created: Date
    private(set) var modified: Date
    private var changes = 1

    init(number: Int, folder: Int, fields: ContactFields, created: Date) {
        self.number = number
        self.folder = folder
        self.fields = fields
        self.created = created
        modified = created
    }

    mutating func touch(_ now: Date) {
        changes += 1
        modified = now
    }

    var changeKey: String { Data("\(number)/\(folder)/\(changes)".utf8).base64EncodedString() }
    var etag: String { "W/\"\(changeKey)\"" }
}

/// A contacts folder, or Deleted Items.
struct ContactFolder: Sendable, Hashable, Codable {
    let number: Int
    var name: String
    /// The number of the folder it is in; 0: the mailbox's root.
    var parent: Int
}
