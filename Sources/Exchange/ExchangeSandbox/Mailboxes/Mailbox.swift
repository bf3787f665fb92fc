import Foundation

/// A mailbox: its contact folders and contacts, and its calendar. A value; the folders' members and the extended properties' values
/// are indexed.
struct Mailbox: Sendable {
    static let contactsFolder = 1
    static let deletedItems = 2

    /// The user's id in the directory.
    let userID: String
    /// In the case in which Exchange has it.
    let address: String
    var kind: ExchangeTenant.MailboxKind
    var calendar: MailboxCalendar
    private(set) var folders: [Int: ContactFolder] = [:]
    private(set) var contacts: [Int: ContactItem] = [:]
    /// Numbers of a folder's contacts, ascending.
    private var members: [Int: [Int]] = [:]
    /// Numbers by extended property and its value in lower case, as Exchange compares values.
    private var linked: [Link: Set<Int>] = [:]
    private var nextNumber = 3
    private(set) var history = ChangeHistory()
    /// What has changed since it was last taken.
    private(set) var changed: Set<Change> = []
    /// Makes ids differ from every other mailbox's.
    let seed: UInt64

    enum Change: Sendable, Hashable {
        case contact(Int)
        case folder(Int)
        case event(Int)
        case calendar(Int)
    }

    private struct Link: Hashable {
        let property: String
        let value: String
    }

    init(userID: String, address: String, kind: ExchangeTenant.MailboxKind) {
        self.userID = userID
        self.address = address
        self.kind = kind
        // FNV-1a
        seed = userID.utf8.reduce(0xCBF2_9CE4_8422_2325) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        calendar = MailboxCalendar(owner: address, seed: seed)
        folders[Self.contactsFolder] = ContactFolder(number: Self.contactsFolder, name: "Contacts", parent: 0)
        folders[Self.deletedItems] = ContactFolder(number: Self.deletedItems, name: "Deleted Items", parent: 0)
    }

    mutating func takeChanged() -> Set<Change> {
        defer { changed = [] }
        return changed.union(
            calendar.takeChanged().map {
                switch $0 {
                case .event(let number): .event(number)
                case .calendar(let number): .calendar(number)
                }
            })
    }

    // MARK: Folders

    /// A folder's own folders, in the order in which they came.
    func childFolders(of parent: Int) -> [ContactFolder] {
        folders.values.filter { $0.parent == parent }.sorted { $0.number < $1.number }
    }

    private func isTaken(_ name: String, in parent: Int) -> Bool {
        childFolders(of: parent).contains { $0.name.lowercased() == name.lowercased() }
    }

    /// `nil` where there is one of that name, ignoring case.
    mutating func addFolder(_ name: String, in parent: Int) -> ContactFolder? {
        guard !isTaken(name, in: parent) else { return nil }
        let folder = ContactFolder(number: nextNumber, name: name, parent: parent)
        put(folder)
        return folder
    }

    /// False where there is another one of that name.
    mutating func renameFolder(_ number: Int, _ name: String) -> Bool {
        guard var folder = folders[number] else { return false }
        guard folder.name.lowercased() == name.lowercased() || !isTaken(name, in: folder.parent) else { return false }
        folder.name = name
        put(folder)
        return true
    }

    /// A folder goes to Deleted Items with all that is in it; from there, or where it is `forGood`, it is gone.
    mutating func removeFolder(_ number: Int, forGood: Bool) {
        guard var folder = folders[number] else { return }
        guard forGood || folder.parent == Self.deletedItems else {
            folder.parent = Self.deletedItems
            put(folder)
            return
        }
        for child in childFolders(of: number) { removeFolder(child.number, forGood: true) }
        for contact in members[number] ?? [] { purge(contact) }
        dropFolder(number)
    }

    /// False where the folder would come into itself, or beside another one of its name.
    mutating func moveFolder(_ number: Int, to parent: Int) -> Bool {
        guard var folder = folders[number], folder.parent != parent else { return folders[number] != nil }
        var ancestor = parent
        while let above = folders[ancestor] {
            guard above.number != number else { return false }
            ancestor = above.parent
        }
        guard !isTaken(folder.name, in: parent) else { return false }
        folder.parent = parent
        put(folder)
        return true
    }

    /// A folder's contacts go to Deleted Items; those of Deleted Items, or where it is `forGood`, are gone.
    mutating func emptyFolder(_ number: Int, forGood: Bool, now: Date) {
        for contact in members[number] ?? [] {
            if forGood { purge(contact) } else { remove(contact, now: now) }
        }
    }

    // MARK: Contacts

    func contacts(in folder: Int) -> [ContactItem] {
        (members[folder] ?? []).compactMap { contacts[$0] }
    }

    /// How many contacts the folder has.
    func count(in folder: Int) -> Int { members[folder]?.count ?? 0 }

    /// So many of the folder's contacts, those before the position left out.
    func contacts(in folder: Int, from position: Int, count: Int) -> [ContactItem] {
        (members[folder] ?? []).dropFirst(position).prefix(count).compactMap { contacts[$0] }
    }

    func contacts(in folder: Int, property: String, value: String) -> [ContactItem] {
        (linked[Link(property: property, value: value.lowercased())] ?? []).sorted().compactMap { contacts[$0] }
            .filter { $0.folder == folder }
    }

    mutating func add(_ fields: ContactFields, in folder: Int, now: Date) -> ContactItem {
        let item = ContactItem(number: nextNumber, folder: folder, fields: fields, created: now)
        put(item)
        return item
    }

    mutating func update(_ number: Int, _ fields: ContactFields, now: Date) -> ContactItem? {
        guard var item = contacts[number] else { return nil }
        item.fields = fields
        item.touch(now)
        put(item)
        return item
    }

    /// The etag changes though nothing else does, as it sometimes does.
    mutating func touch(_ number: Int, now: Date) {
        guard var item = contacts[number] else { return }
        item.touch(now)
        put(item)
    }

    mutating func move(_ number: Int, to folder: Int, now: Date) {
        guard var item = contacts[number], item.folder != folder, folders[folder] != nil else { return }
        item.folder = folder
        item.touch(now)
        put(item)
    }

    /// A contact goes to Deleted Items; from there it is gone.
    mutating func remove(_ number: Int, now: Date) {
        if contacts[number]?.folder == Self.deletedItems {
            purge(number)
        } else {
            move(number, to: Self.deletedItems, now: now)
        }
    }

    // MARK: The tables and their indices

    mutating func put(_ folder: ContactFolder) {
        folders[folder.number] = folder
        nextNumber = max(nextNumber, folder.number + 1)
        changed.insert(.folder(folder.number))
    }

    mutating func put(_ item: ContactItem) {
        if let old = contacts[item.number] {
            if old.folder != item.folder { leave(old) }
            if old.fields.extended != item.fields.extended { unlink(old) }
        }
        var list = members[item.folder] ?? []
        let position = Self.position(of: item.number, in: list)
        if position == list.count || list[position] != item.number {
            members[item.folder] = nil
            list.insert(item.number, at: position)
            members[item.folder] = list
        }
        for (property, value) in item.fields.extended {
            linked[Link(property: property, value: value.lowercased()), default: []].insert(item.number)
        }
        contacts[item.number] = item
        history.put(item.number, in: item.folder)
        nextNumber = max(nextNumber, item.number + 1)
        changed.insert(.contact(item.number))
    }

    /// For good.
    mutating func purge(_ number: Int) {
        nextNumber = max(nextNumber, number + 1)
        guard let item = contacts.removeValue(forKey: number) else { return }
        leave(item)
        unlink(item)
        history.purge(number)
        changed.insert(.contact(number))
    }

    /// For good, without its contacts.
    mutating func dropFolder(_ number: Int) {
        nextNumber = max(nextNumber, number + 1)
        folders[number] = nil
        members[number] = nil
        changed.insert(.folder(number))
    }

    private mutating func leave(_ item: ContactItem) {
        guard var list = members.removeValue(forKey: item.folder) else { return }
        let position = Self.position(of: item.number, in: list)
        if position < list.count, list[position] == item.number { list.remove(at: position) }
        members[item.folder] = list
    }

    private mutating func unlink(_ item: ContactItem) {
        for (property, value) in item.fields.extended {
            let link = Link(property: property, value: value.lowercased())
            linked[link]?.remove(item.number)
            if linked[link]?.isEmpty == true { linked[link] = nil }
        }
    }

    /// Where the number is, or would be, in an ascending list.
    private static func position(of number: Int, in list: [Int]) -> Int {
        var (low, high) = (0, list.count)
        while low < high {
            let middle = (low + high) / 2
            if list[middle] < number { low = middle + 1 } else { high = middle }
        }
        return low
    }
}
