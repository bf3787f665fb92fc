// The module SQLite.
