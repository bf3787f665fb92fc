import Foundation

/// A line of the table of faults that `make soak` prints at its end, measured: what was done to the running pipeline and what it
/// took until all was as before. docs/what-it-survives.md has the table.
struct SurvivedFault {
    let fault: String
    /// Which status, journal or log line an administrator sees.
    let seen: String
    /// Checked, not believed: a test that finds something lost fails.
    var lost = "nothing"
    /// From the fault, or from its end where nothing can be well before, to the last mailbox in step.
    let untilWell: Duration

    func tell() {
        let seconds = String(
            format: "%.1f", Double(untilWell.components.seconds) + Double(untilWell.components.attoseconds) / 1e18)
        print("SURVIVED | \(fault) | \(seen) | \(lost) | \(seconds)")
        fflush(nil)
    }
}
