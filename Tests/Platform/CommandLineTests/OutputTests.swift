import Foundation
import Runtime
import Synchronization
import Testing

@testable import CommandLine

@Suite("What a command prints")
struct OutputTests {
    @Test("A table's columns are as wide as their widest cell, wide characters count twice, numbers stand at the right")
    func table() {
        var table = Table("USER", "NAME", "DUE")
        table.append("tanaka", "田中 太郎", "7")
        table.append("smith", "Ann Smith", "1200")
        #expect(
            table.text == """
                USER    NAME        DUE
                tanaka  田中 太郎     7
                smith   Ann Smith  1200

                """)
    }

    @Test("One column is cut where the lines would be wider than the terminal, others are whole")
    func cutTable() {
        var table = Table("ID", "WHOSE", "STATE")
        table.append("1", "田中 太郎 and others who are many", "open")
        table.append("2", "smith", "open")
        #expect(
            table.text(shortening: 1, width: 24) == """
                ID  WHOSE          STATE
                 1  田中 太郎 an…  open
                 2  smith          open

                """)
        #expect(table.text(shortening: 1) == table.text)
    }

    final class Clock: TimeSource {
        let seconds = Mutex(0)
        var now: Date { Date(timeIntervalSince1970: 0) }
        var uptime: Duration { .seconds(seconds.withLock { $0 }) }
        func sleep(for duration: Duration) async throws(CancellationError) {}
        func pass(_ more: Int) { seconds.withLock { $0 += more } }
    }

    final class Output: Sendable {
        let lines = Mutex<[String]>([])
        func append(_ line: String) { lines.withLock { $0.append(line) } }
    }

    @Test("Without a terminal there is a plain line from time to time, and the last one always")
    func plainProgress() {
        let (clock, output) = (Clock(), Output())
        let progress = ProgressLine("contacts", terminal: false, time: clock, write: output.append)
        for done in 0...10 {
            progress.update(done, of: 10)
            clock.pass(1)
        }
        progress.finish()
        #expect(
            output.lines.withLock { $0 } == [
                "contacts: 0 of 10\n", "contacts: 5 of 10\n", "contacts: 10 of 10\n",
            ])
    }

    @Test("On a terminal a bar is drawn over itself")
    func bar() {
        let (clock, output) = (Clock(), Output())
        let progress = ProgressLine("contacts", terminal: true, time: clock, write: output.append)
        progress.update(1, of: 2, "2 mailboxes")
        progress.finish()
        let text = output.lines.withLock { $0.joined() }
        #expect(text.hasPrefix("\rcontacts [##") && text.contains(".] 1 of 2, 2 mailboxes") && text.hasSuffix("\n"))
    }
}
