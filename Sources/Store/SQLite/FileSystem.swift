import CSQLite
import Foundation

/// Which file systems can hold a database: SQLite needs working locks and memory that all processes share, which those that
/// reach over a network don't give.
enum FileSystem {
    /// `f_type` of statfs(2), as `linux/magic.h` and the file systems' own sources have it.
    private static let networkTypes: [UInt32: String] = [
        0x6969: "NFS", 0x517B: "SMB", 0xFE53_4D42: "SMB", 0xFF53_4D42: "CIFS", 0x0102_1997: "9p", 0x00C3_6400: "Ceph",
        0x5346_414F: "AFS", 0x6B41_4653: "AFS", 0x7375_7245: "Coda", 0x564C: "NCP", 0x0116_1970: "GFS2",
        0x7461_636F: "OCFS2", 0x0BD0_0BD0: "Lustre", 0x4750_4653: "GPFS", 0x1983_0326: "BeeGFS",
        0x786F_4256: "a VirtualBox shared folder",
    ]
    private static let fuseType: UInt32 = 0x6573_5546
    /// FUSE file systems that lie on a disk of this machine.
    private static let localFUSETypes: Set<String> = ["fuseblk", "fuse.fuse-overlayfs"]

    /// What the folder lies on, in words, where it can hold no database; `nil` where it can.
    static func unsuitableType(ofFolder path: String) -> String? {
        var type: UInt32 = 0
        guard csqlite_file_system_type(path, &type) == 0 else { return nil }
        return unsuitableType(type, mount: type == fuseType ? mountType(ofFolder: path) : nil)
    }

    /// - Parameters:
    ///   - type: `f_type` of statfs(2).
    ///   - mount: the type by which a FUSE file system is mounted; `nil` where it is unknown.
    static func unsuitableType(_ type: UInt32, mount: String?) -> String? {
        guard type == fuseType else { return networkTypes[type] }
        guard let mount else { return "FUSE" }
        return localFUSETypes.contains(mount) ? nil : mount
    }

    private static func mountType(ofFolder path: String) -> String? {
        var (major, minor): (UInt32, UInt32) = (0, 0)
        guard csqlite_device(path, &major, &minor) == 0,
            let table = try? String(contentsOfFile: "/proc/self/mountinfo", encoding: .utf8)
        else { return nil }
        return mountType(device: "\(major):\(minor)", in: table)
    }

    /// The type of a device's file system in the text of `/proc/self/mountinfo` (proc_pid_mountinfo(5)).
    static func mountType(device: String, in table: String) -> String? {
        for line in table.split(separator: "\n") {
            let fields = line.split(separator: " ")
            guard fields.count > 2, fields[2] == device, let separator = fields.firstIndex(of: "-"),
                separator + 1 < fields.count
            else { continue }
            return String(fields[separator + 1])
        }
        return nil
    }
}
