import Foundation

/// What the kernel says of a process.
enum ProcessReading {
    /// MiB of memory that it has resident.
    static func residentMemory(of pid: Int32) throws -> Double {
        for line in try text(pid, "status").split(separator: "\n") where line.hasPrefix("VmRSS:") {
            guard let kibibytes = line.split(separator: " ").dropFirst().first.flatMap({ Double($0) }) else { break }
            return kibibytes / 1024
        }
        throw Failure("/proc/\(pid)/status says nothing of memory")
    }

    /// Seconds of CPU that it has used, of all its threads.
    static func cpu(of pid: Int32) throws -> Double {
        // Behind the name, which stands in brackets and may hold spaces: state is the first, user time the 12th.
        let text = try text(pid, "stat")
        let fields = text[(text.lastIndex(of: ")") ?? text.startIndex)...].split(separator: " ")
        guard fields.count > 13, let user = Double(fields[12]), let system = Double(fields[13]) else {
            throw Failure("/proc/\(pid)/stat says nothing of CPU")
        }
        return (user + system) / Double(sysconf(Int32(_SC_CLK_TCK)))
    }

    private static func text(_ pid: Int32, _ name: String) throws -> String {
        try String(contentsOfFile: "/proc/\(pid)/\(name)", encoding: .utf8)
    }
}
