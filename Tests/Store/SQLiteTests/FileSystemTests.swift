import Foundation
import Testing

@testable import SQLite

@Suite("The file system under a database")
struct FileSystemTests {
    @Test(
        "Network file systems are named",
        arguments: [
            (UInt32(0x6969), "NFS"), (0x517B, "SMB"), (0xFE53_4D42, "SMB"), (0xFF53_4D42, "CIFS"), (0x0102_1997, "9p"),
            (0x00C3_6400, "Ceph"), (0x0BD0_0BD0, "Lustre"),
        ])
    func network(_ type: UInt32, _ name: String) {
        #expect(FileSystem.unsuitableType(type, mount: nil) == name)
    }

    @Test(
        "A disk's and memory's are suitable",
        arguments: [
            UInt32(0xEF53), 0x5846_5342, 0x9123_683E, 0x0102_1994, 0x794C_7630, 0x2FC1_2FC1,
        ])
    func local(_ type: UInt32) {
        // ext4, XFS, Btrfs, tmpfs, overlayfs, ZFS.
        #expect(FileSystem.unsuitableType(type, mount: nil) == nil)
    }

    @Test(
        "Of FUSE's only those on a disk of this machine are",
        arguments: [
            ("fuse.sshfs", "fuse.sshfs"), ("fuse.glusterfs", "fuse.glusterfs"), ("virtiofs", "virtiofs"), (nil, "FUSE"),
            ("fuseblk", nil), ("fuse.fuse-overlayfs", nil),
        ] as [(String?, String?)])
    func fuse(_ mount: String?, _ expected: String?) {
        #expect(FileSystem.unsuitableType(0x6573_5546, mount: mount) == expected)
    }

    @Test("A mount's type is found by its device")
    func mounts() {
        let table = """
            22 1 254:0 / / rw,relatime shared:1 - ext4 /dev/vda rw
            40 22 0:33 / /mnt/far\\040away rw,nosuid - fuse.sshfs me@host:/ rw,user_id=0
            41 22 0:34 / /mnt/plain rw shared:7 master:2 - nfs4 host:/ rw
            """
        #expect(FileSystem.mountType(device: "254:0", in: table) == "ext4")
        #expect(FileSystem.mountType(device: "0:33", in: table) == "fuse.sshfs")
        #expect(FileSystem.mountType(device: "0:34", in: table) == "nfs4")
        #expect(FileSystem.mountType(device: "0:99", in: table) == nil)
    }

    @Test("The temporary folder can hold one")
    func temporary() {
        #expect(FileSystem.unsuitableType(ofFolder: FileManager.default.temporaryDirectory.path) == nil)
    }
}
