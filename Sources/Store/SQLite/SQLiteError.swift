import CSQLite
import Glibc

/// Why SQLite could not do something.
public struct SQLiteError: Error, Sendable, CustomStringConvertible {
    /// The kind of error; more kinds may come.
    public struct Code: Sendable, Hashable, CustomStringConvertible {
        public let description: String

        /// Another process kept the database locked for longer than the deadline.
        public static let busy = Code(description: "busy")
        /// The disk is full, or the database may not grow any more.
        public static let full = Code(description: "full")
        public static let readOnly = Code(description: "read-only")
        /// The file is damaged.
        public static let corrupt = Code(description: "corrupt")
        /// The file is no SQLite database.
        public static let notADatabase = Code(description: "not a database")
        /// The file can't be opened, or may not be used as a database.
        public static let cannotOpen = Code(description: "cannot open")
        /// A constraint of the schema is violated, a column's type among them.
        public static let constraint = Code(description: "constraint")
        public static let closed = Code(description: "closed")
        /// Anything else, an error in SQL among it.
        public static let other = Code(description: "error")
    }

    public let code: Code
    /// SQLite's extended result code; 0 where the error is ours.
    public let resultCode: Int32
    /// What happened and, where a person can mend it, how.
    public let message: String

    public init(_ code: Code, _ message: String, resultCode: Int32 = 0) {
        self.code = code
        self.message = message
        self.resultCode = resultCode
    }

    public var description: String { "SQLite: \(code): \(message)" }
}

extension SQLiteError {
    /// - Parameters:
    ///   - resultCode: SQLite's, extended.
    ///   - systemError: `errno` of the failed system call; 0 where there was none.
    ///   - text: SQLite's words.
    init(resultCode: Int32, systemError: Int32, text: String, path: String) {
        let (code, message) = Self.explain(resultCode, systemError, text, path)
        self.init(code, message, resultCode: resultCode)
    }

    private static func explain(
        _ resultCode: Int32, _ systemError: Int32, _ text: String, _ path: String
    ) -> (Code, String) {
        let systemText = systemError == 0 ? "" : ": \(String(cString: strerror(systemError)))"
        switch resultCode & 0xFF {
        case SQLITE_BUSY, SQLITE_LOCKED:
            return (.busy, "\(path) was locked by another process for too long")
        case SQLITE_FULL:
            return (.full, "\(path) can't grow: free space on its disk")
        // The shared-memory file beside the database can't grow: no SQLITE_FULL of its own.
        case SQLITE_IOERR where [ENOSPC, EDQUOT].contains(systemError):
            return (.full, "\(path) can't grow: free space on its disk")
        case SQLITE_READONLY, SQLITE_PERM:
            return (.readOnly, "\(path) can't be written: check the owner and mode of the file and of its folder")
        case SQLITE_CORRUPT:
            return (.corrupt, "\(path) is damaged (\(text)): restore it from a backup")
        // Another file, or one whose first page is overwritten.
        case SQLITE_NOTADB:
            return (
                .notADatabase, "\(path) is no SQLite database: name another file, or restore this one from a backup"
            )
        case SQLITE_CANTOPEN:
            return (.cannotOpen, "\(path) can't be opened\(systemText)")
        case SQLITE_CONSTRAINT, SQLITE_MISMATCH:
            return (.constraint, "\(path): \(text)")
        default:
            return (.other, "\(path): \(text) (\(resultCode))\(systemText)")
        }
    }
}
