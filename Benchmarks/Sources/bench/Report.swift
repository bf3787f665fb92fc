import Foundation

/// The table, and `bench-results.json` beside the root package.
struct Report {
    private var figures: [Figure] = []
    private var missing: [(name: String, why: String)] = []

    mutating func add(_ more: [Figure]) {
        for figure in more { Console.say(Self.line(figure)) }
        figures += more
    }

    mutating func addMissing(_ name: String, _ why: String) {
        Console.say("\(name): \(why)")
        missing.append((name, why))
    }

    func print() {
        Swift.print("\(Machine.description)\n")
        Swift.print("| what | ours | C, or limit | ratio | unit | must reach | reached | wall: ours / C, s |")
        Swift.print("|---|---|---|---|---|---|---|---|")
        for figure in figures { Swift.print(Self.line(figure)) }
        for (name, why) in missing { Swift.print("| \(name) | not measured: \(why) | | | | | | |") }
    }

    private static func line(_ figure: Figure) -> String {
        let reference = figure.baseline ?? figure.limit ?? 0
        let walls = [figure.wall, figure.baselineWall].compactMap { $0?.short }.joined(separator: " / ")
        let cells = [
            figure.name, figure.ours.short, reference.short, figure.ratio.short, figure.unit, figure.aim,
            figure.isReached ? "yes" : "**no**", walls,
        ]
        return "| \(cells.joined(separator: " | ")) |"
    }

    func write() throws {
        if figures.isEmpty { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        var file = URL(filePath: #filePath)
        for _ in 1...4 { file.deleteLastPathComponent() }
        file.append(path: "bench-results.json")
        try encoder.encode(figures).write(to: file, options: .atomic)
        Console.say("written: \(file.path)")
    }
}

/// What the figures were measured on.
enum Machine {
    static var description: String {
        let processor =
            text("/proc/cpuinfo").split(separator: "\n").first { $0.hasPrefix("model name") }?
            .split(separator: ":").last.map { $0.trimmingCharacters(in: .whitespaces) } ?? "unknown processor"
        let load = text("/proc/loadavg").split(separator: " ").prefix(3).joined(separator: " ")
        let count = ProcessInfo.processInfo.activeProcessorCount
        let date = Date().formatted(.iso8601.year().month().day())
        return "\(date), \(count) × \(processor), load at the end \(load)."
    }

    private static func text(_ file: String) -> String { (try? String(contentsOfFile: file, encoding: .utf8)) ?? "" }
}
