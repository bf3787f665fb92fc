// SQLite, and what is asked of the file system before a file is used (Swift's Glibc module lacks statfs).
#pragma once

#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <sys/vfs.h>

// SQLITE_TRANSIENT is a cast, which Swift does not import: SQLite copies the bytes. Text without bytes is '', not NULL.
static inline int csqlite_bind_text(sqlite3_stmt *statement, int index, const char *bytes, sqlite3_uint64 count) {
    return sqlite3_bind_text64(statement, index, count ? bytes : "", count, SQLITE_TRANSIENT, SQLITE_UTF8);
}

static inline int csqlite_bind_blob(sqlite3_stmt *statement, int index, const void *bytes, sqlite3_uint64 count) {
    return count ? sqlite3_bind_blob64(statement, index, bytes, count, SQLITE_TRANSIENT)
                 : sqlite3_bind_zeroblob(statement, index, 0);
}

// `f_type` of statfs(2) in `type`. 0, or -1 with errno.
static inline int csqlite_file_system_type(const char *path, unsigned int *type) {
    struct statfs facts;
    if (statfs(path, &facts) != 0) return -1;
    *type = (unsigned int)facts.f_type;
    return 0;
}

// The numbers of the device that holds the file, macros that Swift does not import. 0, or -1 with errno.
static inline int csqlite_device(const char *path, unsigned int *device_major, unsigned int *device_minor) {
    struct stat facts;
    if (stat(path, &facts) != 0) return -1;
    *device_major = major(facts.st_dev);
    *device_minor = minor(facts.st_dev);
    return 0;
}
