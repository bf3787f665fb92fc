import Foundation
import HTTPTypes
import Processes
import SQLite
import Testing

/// A store that can't be opened, or can't be written any more.
@Suite("A store in trouble")
struct StoreTroubleTests {
    @Test(
        "A store that can't be opened is one line that says why and what to do; exit code 78 for a wrong path or file, 70 for a store that is not well"
    )
    func unopenable() async throws {
        let folder = Programs.temporary("stores")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(atPath: folder) }
        try "secret".write(toFile: folder + "/secret", atomically: true, encoding: .utf8)
        chmod(folder + "/secret", 0o600)
        try String(repeating: "no database at all. ", count: 500)
            .write(toFile: folder + "/text.sqlite", atomically: true, encoding: .utf8)
        let newer = try await Database.open(folder + "/newer.sqlite")
        try await newer.write { connection throws(SQLiteError) in
            try connection.execute("PRAGMA application_id = \(0x4C4E_5853); PRAGMA user_version = 99")
            return .commit(())
        }
        await newer.close()
        let cases: [(String, String, Int32)] = [
            ("/nowhere/at/all/store.sqlite", "the folder /nowhere/at/all does not exist", 78),
            (folder, "can't be opened", 78),
            (folder + "/text.sqlite", "no SQLite database", 78),
            (folder + "/newer.sqlite", "update this program", 70),
            ("/proc/store.sqlite", "can't be", 78),
        ]
        for (path, told, code) in cases {
            let result = try await Programs.run(
                "contact-worker",
                environment: [
                    "LNSYNC_STORE": path, "LNSYNC_KAFKA_BOOTSTRAP": "127.0.0.1:1", "LNSYNC_GRAPH_TENANT": "t",
                    "LNSYNC_GRAPH_CLIENT_ID": "c", "LNSYNC_GRAPH_CLIENT_SECRET_FILE": folder + "/secret",
                ])
            #expect(result.status == code, "\(path): \(result.output)")
            let line = result.output.split(separator: "\n").last ?? ""
            #expect(line.hasPrefix("contact-worker: \(code == 78 ? "LNSYNC_STORE" : "store"): "), "\(result.output)")
            #expect(line.contains(path), "\(result.output)")
            #expect(line.contains(told), "\(path): \(line)")
        }
        let text = folder + "/text.sqlite"
        let status = try await Programs.run(
            "lnsync", ["status"], environment: ["LNSYNC_STORE": text, "LNSYNC_KAFKA_BOOTSTRAP": "127.0.0.1:1"])
        #expect(status.status == 78, "\(status.output)")
        #expect(status.output.contains("lnsync: LNSYNC_STORE: \(text) is no SQLite database"), "\(status.output)")
    }

    @Test(
        "A store on a disk that can't be written is one line that says so, and exit code 78",
        .enabled(if: geteuid() == 0, "mounts a file system of its own, as root can"))
    func readOnly() async throws {
        let folder = Programs.temporary("read-only")
        try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        #expect(try await Self.command("mount", ["-t", "tmpfs", "-o", "ro", "none", folder]) == 0)
        defer {
            umount2(folder, Int32(MNT_DETACH))
            rmdir(folder)
        }
        let ionapi = Programs.temporary("ionapi")
        defer { try? FileManager.default.removeItem(atPath: ionapi) }
        try ProgramSettings.ionapi.write(toFile: ionapi, atomically: true, encoding: .utf8)
        let result = try await ProgramSettings.producer([
            "LNSYNC_STORE": folder + "/store.sqlite", "LNSYNC_LN_IONAPI_FILE": ionapi,
        ])
        #expect(result.status == 78, "\(result.output)")
        let line = result.output.split(separator: "\n").last ?? ""
        #expect(line.contains("\(folder)/store.sqlite can't be"), "\(line)")
        #expect(line.contains("ead-only"), "\(line)")
    }

    @Test(
        "A full disk: not ready, status and what writes say what to do; nothing is lost, and with room again all goes on by itself",
        .enabled(if: geteuid() == 0, "mounts a file system of its own, as root can"))
    func fullDisk() async throws {
        let disk = Programs.temporary("disk")
        try FileManager.default.createDirectory(atPath: disk, withIntermediateDirectories: true)
        #expect(try await Self.command("mount", ["-t", "tmpfs", "-o", "size=24m", "none", disk]) == 0)
        defer {
            umount2(disk, Int32(MNT_DETACH))
            rmdir(disk)
        }
        let pipeline = try await Pipeline(store: disk + "/store.sqlite")
        try await pipeline.startAll()
        try await pipeline.inStep("the first sync")

        // All that is left, to the last block.
        #expect(
            try await Self.command("sh", ["-c", "dd if=/dev/zero of=\(disk)/ballast bs=4k 2>/dev/null || true"]) == 0)
        for contact in try await pipeline.contactsInScope() {
            _ = try await pipeline.client.send(
                .patch, "\(pipeline.ln)/sandbox/data/Contacts/\(contact)", Data(#"{"JobTitle":"On a full disk"}"#.utf8))
        }
        try await eventually("a program says that the disk is full") {
            let worker = await pipeline.readiness(of: "contact-worker") ?? ""
            let producer = await pipeline.readiness(of: "ln-producer") ?? ""
            return (worker + producer).contains("free space on its disk")
        }
        try await eventually("no program can show that it runs") {
            let status = try await pipeline.lnsync("status", "--json").output
            return status.contains(#""isRunning":false"#) && status.contains(#""isExpired":true"#)
        }
        let status = try await pipeline.lnsync("status")
        #expect(status.status == 1)
        let toDo = status.output.split(separator: "\n").filter { $0.hasPrefix("to do: ") }
        #expect(toDo.count == 1, "\(status.output)")
        #expect(
            toDo.first?.hasPrefix("to do: the store can't be written") == true
                && toDo.first?.hasSuffix("\(pipeline.store) can't grow: free space on its disk") == true,
            "\(status.output)")
        let contact = try #require(try await pipeline.contactsInScope().first)
        for command in [["sync", "now"], ["start"], ["stop"]] {
            let result = try await pipeline.lnsync(command)
            #expect(result.status == 70, "\(command): \(result.output)")
            #expect(
                result.output == "lnsync: store: full: \(pipeline.store) can't grow: free space on its disk\n",
                "\(command): \(result.output)")
        }
        #expect(try await pipeline.lnsync("item", "explain", contact).status == 0, "what only reads goes on")
        try FileManager.default.removeItem(atPath: disk + "/ballast")
        try await eventually("both are ready again") {
            let worker = await pipeline.readiness(of: "contact-worker")
            let producer = await pipeline.readiness(of: "ln-producer")
            return worker == "ready" && producer == "ready"
        }
        try await eventually("a pull is taken again") { try await pipeline.lnsync("sync", "now").status == 0 }
        try await pipeline.inStep("the changes made on a full disk")
        #expect(try await pipeline.dump().contains("On a full disk"))
        await pipeline.close()
    }

    private static func command(_ name: String, _ arguments: [String]) async throws -> Int32 {
        try await ChildProcess.start(
            "/usr/bin/env", [name] + arguments, environment: ["PATH": "/usr/sbin:/usr/bin:/sbin:/bin"],
            output: "/dev/null"
        ).wait()
    }
}
