/// (in the making)
enum SyncRow {
    static var all: [Row] { [] }
}
