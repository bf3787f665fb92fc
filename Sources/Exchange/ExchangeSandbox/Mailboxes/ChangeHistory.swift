/// In which order a mailbox's contacts changed, as far as delta rounds need it: of each contact and folder the last change.
struct ChangeHistory: Sendable {
    struct Change: Sendable, Hashable {
        let revision: Int
        /// The contact's number.
        let contact: Int
        /// The contact is no longer in the folder.
        let isRemoval: Bool
    }

    /// Counts changes.
    private(set) var latest = 0
    private var places: [Int: (folder: Int, revision: Int)] = [:]
    /// By folder and contact: when it left.
    private var departures: [Int: [Int: Int]] = [:]

    mutating func put(_ contact: Int, in folder: Int) {
        latest += 1
        leave(contact, for: folder)
        places[contact] = (folder, latest)
        departures[folder]?[contact] = nil
    }

    mutating func purge(_ contact: Int) {
        latest += 1
        leave(contact, for: nil)
        places[contact] = nil
    }

    private mutating func leave(_ contact: Int, for folder: Int?) {
        guard let old = places[contact], old.folder != folder else { return }
        departures[old.folder, default: [:]][contact] = latest
    }

    /// What changed in a folder behind a revision, oldest first.
    func changes(in folder: Int, after revision: Int) -> [Change] {
        let there = places.filter { $0.value.folder == folder && $0.value.revision > revision }.map {
            Change(revision: $0.value.revision, contact: $0.key, isRemoval: false)
        }
        let gone = (departures[folder] ?? [:]).filter { $0.value > revision }.map {
            Change(revision: $0.value, contact: $0.key, isRemoval: true)
        }
        return (there + gone).sorted { $0.revision < $1.revision }
    }
}
