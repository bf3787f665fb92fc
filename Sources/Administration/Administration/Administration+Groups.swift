import Runtime
import SyncEvents

extension Administration {
    /// The group of that name, with or without the installation's prefix; all groups for `nil`. Without the prefix.
    /// - Throws: where there is none.
    func groups(named name: String?) throws(AdministrationError) -> [String] {
        let all = Set(Topic.all.flatMap(\.groups)).sorted()
        guard let name else { return all }
        if let group = all.first(where: { $0 == name || names.name(ofGroup: $0) == name }) { return [group] }
        let nearest = Spelling.nearest(to: name, among: all)
        throw AdministrationError(
            "there is no group “\(name)”" + (nearest.map { "; “\($0)” was probably meant" } ?? "")
                + "; expected one of: \(all.joined(separator: ", "))")
    }
}
