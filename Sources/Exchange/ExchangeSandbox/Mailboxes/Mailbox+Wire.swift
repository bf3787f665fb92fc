import Foundation

/// A mailbox's folders and contacts as Graph shows and names them.
extension Mailbox {
    /// The folder of that id, or of that well-known name.
    func folder(_ text: String) throws(GraphError) -> ContactFolder {
        switch text.lowercased() {
        case "contacts": if let folder = folders[Self.contactsFolder] { return folder }
        case "deleteditems": if let folder = folders[Self.deletedItems] { return folder }
        default: break
        }
        guard case .folder(let number) = try itemID(text), let folder = folders[number] else { throw .notFound() }
        return folder
    }

    /// The contact of that id, of either kind; a folder-bound one is good only while the contact is where it was.
    func contact(_ text: String) throws(GraphError) -> ContactItem {
        switch try itemID(text) {
        case .immutable(let number): if let item = contacts[number] { return item }
        case .bound(let number, let folder): if let item = contacts[number], item.folder == folder { return item }
        default: break
        }
        throw .notFound()
    }

    func itemID(_ text: String) throws(GraphError) -> ItemID {
        do throws(ItemID.Failure) {
            return try ItemID(text, in: seed)
        } catch {
            switch error {
            case .malformed: throw .invalidID
            case .foreign: throw .notFound()
            }
        }
    }

    func id(of item: ContactItem, immutable: Bool) -> String {
        (immutable ? ItemID.immutable(item.number) : .bound(item.number, folder: item.folder)).text(in: seed)
    }

    func id(ofFolder number: Int) -> String { ItemID.folder(number).text(in: seed) }

    /// A folder as an answer has it.
    func shown(_ folder: ContactFolder) -> [String: JSON] {
        [
            "id": .text(id(ofFolder: folder.number)), "displayName": .text(folder.name),
            "parentFolderId": .text(id(ofFolder: folder.parent)),
        ]
    }

    /// A contact as an answer has it, without extended properties.
    func shown(_ item: ContactItem, immutable: Bool) -> [String: JSON] {
        var shown = item.fields.shown
        shown["@odata.etag"] = .text(item.etag)
        shown["id"] = .text(id(of: item, immutable: immutable))
        shown["changeKey"] = .text(item.changeKey)
        shown["parentFolderId"] = .text(id(ofFolder: item.folder))
        shown["createdDateTime"] = .text(item.created.formatted(.iso8601))
        shown["lastModifiedDateTime"] = .text(item.modified.formatted(.iso8601))
        return shown
    }

    /// Names of a contact's members.
    static func isMember(_ name: String) -> Bool {
        ContactFields.isKnown(name)
            || ["id", "changeKey", "parentFolderId", "createdDateTime", "lastModifiedDateTime"].contains(name)
    }
}

extension ContactItem {
    /// The extended properties as members of an answer.
    var shownProperties: [JSON] { ExtendedProperties.shown(fields.extended) }
}
