import CWorkload

/// CPU of this process and time since it was made.
struct Stopwatch: Sendable {
    private let cpu = workload_cpu_seconds()
    private let wall = workload_wall_seconds()

    /// Prints what was measured, for the driver.
    func print(records: Int, p50: Duration = .zero) {
        workload_print(
            records, workload_cpu_seconds() - cpu, workload_wall_seconds() - wall, p50 / .milliseconds(1))
    }
}
