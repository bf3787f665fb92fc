import Foundation

/// A mailbox's contact folders and contacts. A value.
struct Mailbox: Sendable, Hashable {
    struct Folder: Sendable, Hashable {
        let id: String
        var name: String
        /// `nil` for the folders that every mailbox has.
        var parent: String?
    }

    let id: String
    let address: String
    var kind: ExchangeTenant.MailboxKind
    private(set) var folders: [String: Folder] = [:]
    private(set) var contacts: [String: ContactItem] = [:]
    /// Ids of a folder's contacts, in the order in which they came.
    private var members: [String: [String]] = [:]
    /// Ids by named or tagged property and its value in lower case, as Exchange compares values.
    private var linked: [LinkKey: Set<String>] = [:]
    private var nextNumber = 1

    private struct LinkKey: Hashable {
        let property: String
        let value: String
    }

    let defaultFolder: String
    let deletedItems: String

    init(id: String, address: String, kind: ExchangeTenant.MailboxKind) {
        self.id = id
        self.address = address
        self.kind = kind
        defaultFolder = Self.makeID("F", id, 1)
        deletedItems = Self.makeID("F", id, 2)
        nextNumber = 3
        folders[defaultFolder] = Folder(id: defaultFolder, name: "Contacts", parent: nil)
        folders[deletedItems] = Folder(id: deletedItems, name: "Deleted Items", parent: nil)
    }

    // MARK: Ids

    /// Opaque, case-sensitive, with the characters that Exchange's have.
    private static func makeID(_ kind: String, _ mailbox: String, _ number: Int) -> String {
        "AAkALg" + kind
            + Data("\(mailbox)/\(number)".utf8).base64EncodedString().replacing("+", with: "-")
            .replacing("/", with: "_")
    }

    /// The id that a client sees who did not ask for immutable ones: another one in each folder.
    static func folderBoundID(of item: ContactItem) -> String { item.id + "AA" + String(item.parent.suffix(6)) }

    /// The contact of that id; ids of both kinds are taken, a folder-bound one only while the item is where it was.
    func contact(_ id: String) -> ContactItem? {
        if let item = contacts[id] { return item }
        let end = id.index(id.endIndex, offsetBy: -8, limitedBy: id.startIndex) ?? id.startIndex
        guard let item = contacts[String(id[..<end])], Self.folderBoundID(of: item) == id else { return nil }
        return item
    }

    // MARK: Folders

    func childFolders(of parent: String) -> [Folder] {
        folders.values.filter { $0.parent == parent }.sorted { $0.id < $1.id }
    }

    /// `nil` where there is one of that name, ignoring case.
    mutating func addFolder(_ name: String) -> Folder? {
        guard !childFolders(of: defaultFolder).contains(where: { $0.name.lowercased() == name.lowercased() }) else {
            return nil
        }
        let folder = Folder(id: Self.makeID("F", id, nextNumber), name: name, parent: defaultFolder)
        nextNumber += 1
        folders[folder.id] = folder
        return folder
    }

    mutating func renameFolder(_ id: String, _ name: String) {
        folders[id]?.name = name
    }

    /// A folder goes to Deleted Items with all that is in it.
    mutating func removeFolder(_ folder: String) {
        for item in members[folder] ?? [] { move(item, to: deletedItems) }
        folders[folder] = nil
        members[folder] = nil
    }

    // MARK: Contacts

    func contacts(in folder: String) -> [ContactItem] {
        (members[folder] ?? []).compactMap { contacts[$0] }
    }

    func contacts(in folder: String, property: String, value: String) -> [ContactItem] {
        (linked[LinkKey(property: property, value: value.lowercased())] ?? []).compactMap { contacts[$0] }
            .filter { $0.parent == folder }.sorted { $0.number < $1.number }
    }

    mutating func add(_ fields: ContactFields, in folder: String, now: Date) -> ContactItem {
        let item = ContactItem(
            id: Self.makeID("C", id, nextNumber), number: nextNumber, parent: folder, fields: fields, created: now)
        nextNumber += 1
        members[folder, default: []].append(item.id)
        put(item)
        return item
    }

    mutating func update(_ id: String, now: Date, _ change: (inout ContactFields) -> Void) {
        guard var item = contacts[id] else { return }
        change(&item.fields)
        item.touch(now)
        put(item)
    }

    /// The etag changes though nothing else does, as it sometimes does.
    mutating func touch(_ id: String, now: Date) {
        contacts[id]?.touch(now)
    }

    mutating func move(_ id: String, to folder: String) {
        guard var item = contacts[id], item.parent != folder else { return }
        members[item.parent]?.removeAll { $0 == id }
        members[folder, default: []].append(id)
        item.parent = folder
        contacts[id] = item
    }

    /// For good.
    mutating func purge(_ id: String) {
        guard let item = contacts.removeValue(forKey: id) else { return }
        members[item.parent]?.removeAll { $0 == id }
        for (property, value) in item.fields.extended {
            linked[LinkKey(property: property, value: value.lowercased())]?.remove(id)
        }
    }

    private mutating func put(_ item: ContactItem) {
        for (property, value) in contacts[item.id]?.fields.extended ?? [:] {
            linked[LinkKey(property: property, value: value.lowercased())]?.remove(item.id)
        }
        for (property, value) in item.fields.extended {
            linked[LinkKey(property: property, value: value.lowercased()), default: []].insert(item.id)
        }
        contacts[item.id] = item
    }
}

/// A contact in a mailbox.
struct ContactItem: Sendable, Hashable {
    /// The immutable id.
    let id: String
    /// The order in which contacts came.
    let number: Int
    var parent: String
    var fields: ContactFields
    let created: Date
    private(set) var modified: Date
    private var changes = 1

    init(id: String, number: Int, parent: String, fields: ContactFields, created: Date) {
        self.id = id
        self.number = number
        self.parent = parent
        self.fields = fields
        self.created = created
        modified = created
    }

    mutating func touch(_ now: Date) {
        changes += 1
        modified = now
    }

    var changeKey: String { Data("\(id.suffix(8))/\(changes)".utf8).base64EncodedString() }
    var etag: String { "W/\"\(changeKey)\"" }
}
