/// What somebody probably meant who wrote a name that does not exist.
public enum Spelling {
    /// The candidate that is nearest, where it is near: at most a third of its letters (two, for short names) differ.
    public static func nearest(to word: String, among candidates: some Sequence<String>) -> String? {
        candidates.map { (name: $0, distance: distance(word, $0)) }
            .filter { $0.distance <= max(2, $0.name.count / 3) }
            .min { ($0.distance, $0.name) < ($1.distance, $1.name) }?.name
    }

    /// Levenshtein's distance.
    private static func distance(_ one: String, _ other: String) -> Int {
        let (a, b) = (Array(one), Array(other))
        var row = Array(0...b.count)
        for (i, letter) in a.enumerated() {
            var diagonal = row[0]
            row[0] = i + 1
            for j in b.indices {
                let replaced = diagonal + (letter == b[j] ? 0 : 1)
                diagonal = row[j + 1]
                row[j + 1] = min(replaced, row[j] + 1, row[j + 1] + 1)
            }
        }
        return row[b.count]
    }
}
