import CommandLine
import Foundation
import LNSandbox

enum LoadCommand {
    static let load = Command(
        "load", "Takes a data set by entity set, as a shop that the stand-in for LN serves.",
        arguments: [Argument("file", "JSON: an array of rows for each entity set of LN's service")],
        options: [
            .flag("shift-to-now", "Move the activities' times, so that their middle lies now."),
            .value("out", "FILE", "Where to; otherwise standard output."),
        ],
        discussion: """
            sandbox ln --data FILE serves it, sandbox up --data takes a data set itself.
            Every bad row is named, with its set, key and field; nothing is written then.
            """
    ) { invocation in
        let file = invocation.argument("file")
        let now = Int(Date().timeIntervalSince1970)
        do {
            var set = try LNDataSet(json: try Data(contentsOf: URL(fileURLWithPath: file)), modified: now)
            if invocation.flag("shift-to-now") { set.shop.shiftActivities(middleTo: now) }
            let json = set.shop.json()
            if let out = invocation.option("out") {
                try json.write(to: URL(fileURLWithPath: out), options: .atomic)
            } else {
                Terminal.print(String(decoding: json, as: UTF8.self) + "\n")
            }
            for line in summary(of: set) { Terminal.printError("\(file): \(line)\n") }
            return .success
        } catch let error as LNShopError {
            for problem in error.problems { Terminal.printError("\(file): \(problem)\n") }
            Terminal.printError("\(file): nothing was loaded\n")
        } catch {
            Terminal.printError("\(file): \(error.localizedDescription)\n")
        }
        return .failure
    }

    private static func summary(of set: LNDataSet) -> [String] {
        let counts = LNSet.allCases.filter { set.shop.count($0) > 0 }.map { "\(set.shop.count($0)) \($0.rawValue)" }
        var lines = ["loaded \(counts.joined(separator: ", "))"]
        for (field, count) in set.leftOut.sorted(by: { $0.key < $1.key }) {
            lines.append("\(field) is left out of \(count) rows: the stand-in's LN has no such field")
        }
        return lines
    }
}
