import CommandLine
import Foundation
import LNSandbox

enum GenerateCommand {
    static let generate = Command(
        "generate", "Makes a sample shop: contacts, activities, partners, employees and sync users, as LN has them.",
        options: [
            .value("seed", "N", "The same seed makes the same shop (1)."),
            .value("contacts", "N", "How many contacts (500)."), .value("users", "N", "How many active users (20)."),
            .value("activities", "N", "How many activities (200)."),
            .flag("shift-to-now", "Move the activities' times, so that their middle lies now."),
            .value("out", "FILE", "Where to; otherwise standard output."),
        ],
        discussion: "Everybody in it is made up; all addresses end in .example."
    ) { invocation in
        var shop = LNShop.generate(
            seed: UInt64(try invocation.integer("seed", in: 0...Int.max) ?? 1),
            contacts: try invocation.integer("contacts", in: 1...100_000) ?? 500,
            activeUsers: try invocation.integer("users", in: 1...10_000) ?? 20,
            activities: try invocation.integer("activities", in: 0...100_000) ?? 200)
        if invocation.flag("shift-to-now") { shop.shiftActivities(middleTo: Int(Date().timeIntervalSince1970)) }
        if let file = invocation.option("out") {
            try shop.json().write(to: URL(fileURLWithPath: file), options: .atomic)
            let counts = [
                "\(shop.count(.contacts)) contacts", "\(shop.count(.activities)) activities",
                "\(shop.count(.syncUsers)) sync users",
            ]
            Terminal.printError("\(counts.joined(separator: ", ")) written to \(file)\n")
        } else {
            Terminal.print(String(decoding: shop.json(), as: UTF8.self) + "\n")
        }
        return .success
    }
}
