import Foundation
import Runtime

/// Measures what the README's table shows, one row after the other, and ends within fifteen minutes. A missed aim is reported as
/// it is; the exit code says only whether the table could be made.
///
/// `bench [WORD …]`: only rows whose name contains one of the words.
@main
enum Bench {
    /// For the rows that are repeated; each of the others has deadlines of its own.
    private static let limit: Duration = .seconds(330)

    private static var rows: [Row] {
        ClientRow.all + StoreRow.all + MeetingStoreRow.all + PlanRow.all + CommitRow.all + SyncRow.all + CalendarRow.all
            + MemoryRow.all
            + IdleRow.all
    }

    static func main() async {
        let words = CommandLine.arguments.dropFirst().map { $0.lowercased() }
        var report = Report()
        do {
            let session = try Session(limit: limit)
            defer { session.removeFolder() }
            for row in rows where row.isWanted(words) {
                Console.say("… \(row.name)")
                do {
                    report.add(try await row.measure(session))
                } catch {
                    report.addMissing(row.name, "\(error)")
                }
            }
            report.print()
            try report.write()
        } catch {
            Console.say("bench: \(error)")
            exit(1)
        }
    }
}

/// One or more figures that are measured together.
struct Row {
    let name: String
    let measure: (Session) async throws -> [Figure]

    func isWanted(_ words: [String]) -> Bool {
        words.isEmpty || words.contains { name.lowercased().contains($0) }
    }
}

/// Why something could not be measured.
struct Failure: Error, CustomStringConvertible {
    let description: String

    init(_ description: String) {
        self.description = description
    }
}

/// Progress goes to standard error, the table to standard output.
enum Console {
    static func say(_ text: String) { FileHandle.standardError.write(Data("\(text)\n".utf8)) }
}
