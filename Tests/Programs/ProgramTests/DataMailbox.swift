import Foundation

/// A mailbox of the stand-in for Exchange, as its user sees it in Outlook.
struct DataMailbox {
    struct Contact {
        let id: String
        private let fields: [String: Any]

        init(_ fields: [String: Any]) {
            id = fields["id"] as? String ?? ""
            self.fields = fields
        }

        /// `1300/C20000001`.
        var link: String {
            extended("string {ac68cd6d-00fa-43a6-ac73-38aca81be2c5} name lncontact") ?? ""
        }

        /// A text; `nil` where it is empty.
        subscript(_ name: String) -> String? { fields[name] as? String }

        func list(_ name: String) -> [String] { fields[name] as? [String] ?? [] }

        func address(_ name: String) -> [String: String] { fields[name] as? [String: String] ?? [:] }

        var email: String? { (fields["emailAddresses"] as? [[String: String]])?.first?["address"] }

        var fax: String? { extended("string 0x3a24") }

        var language: String? { extended("string 0x3a0c") }

        private func extended(_ name: String) -> String? {
            (fields["extended"] as? [String: String])?.first { $0.key.lowercased() == name }?.value
        }
    }

    struct Folder {
        let name: String
        let contacts: [Contact]
    }

    struct Event {
        let id: String
        let subject: String
    }

    let folders: [Folder]
    /// Of all calendars.
    let events: [Event]

    init(json: Data) throws {
        let mailbox = try JSONSerialization.jsonObject(with: json) as? [String: Any]
        folders = (mailbox?["folders"] as? [[String: Any]] ?? []).map { folder in
            Folder(
                name: folder["displayName"] as? String ?? "",
                contacts: (folder["contacts"] as? [[String: Any]] ?? []).map(Contact.init))
        }
        events = (mailbox?["calendars"] as? [[String: Any]] ?? []).flatMap { $0["events"] as? [[String: Any]] ?? [] }
            .map { Event(id: $0["id"] as? String ?? "", subject: $0["subject"] as? String ?? "") }
    }

    /// What is in the folders of our name.
    var synchronized: [Contact] { folders.filter { $0.name == "Infor LN" }.flatMap(\.contacts) }

    /// The contact of that code, where it is there once.
    func contact(_ code: String) -> Contact? {
        let found = synchronized.filter { $0.link == "1300/\(code)" }
        return found.count == 1 ? found.first : nil
    }
}
