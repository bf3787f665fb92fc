/// In which order items of one kind changed in a mailbox, as far as delta rounds need it: of each item and folder the last change.
struct ChangeHistory: Sendable {
    struct Change: Sendable, Hashable {
        let revision: Int
        /// The item's number.
        let item: Int
        /// The item is no longer in the folder.
        let isRemoval: Bool
    }

    /// Counts changes.
    private(set) var latest = 0
    private var places: [Int: (folder: Int, revision: Int)] = [:]
    /// By folder and item: when it left.
    private var departures: [Int: [Int: Int]] = [:]

    mutating func put(_ item: Int, in folder: Int) {
        latest += 1
        leave(item, for: folder)
        places[item] = (folder, latest)
        departures[folder]?[item] = nil
    }

    mutating func purge(_ item: Int) {
        latest += 1
        leave(item, for: nil)
        places[item] = nil
    }

    private mutating func leave(_ item: Int, for folder: Int?) {
        guard let old = places[item], old.folder != folder else { return }
        departures[old.folder, default: [:]][item] = latest
    }

    /// What changed in a folder behind a revision, oldest first.
    func changes(in folder: Int, after revision: Int) -> [Change] {
        let there = places.filter { $0.value.folder == folder && $0.value.revision > revision }.map {
            Change(revision: $0.value.revision, item: $0.key, isRemoval: false)
        }
        let gone = (departures[folder] ?? [:]).filter { $0.value > revision }.map {
            Change(revision: $0.value, item: $0.key, isRemoval: true)
        }
        return (there + gone).sorted { $0.revision < $1.revision }
    }
}
