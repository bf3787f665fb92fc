// Starting a child process that ends with its parent: fork and exec in C, where nothing of Swift's runtime runs between them.
#pragma once

#include <sys/types.h>

/// Starts a program in a process group of its own (a terminal's Ctrl-C does not reach it), with standard input from /dev/null and
/// standard output and error to `output`; it inherits no other file. The kernel sends it SIGKILL when the calling thread ends.
/// Returns the process id, or -errno where the program can't be started.
pid_t cprocesses_spawn(const char *path, char *const arguments[], char *const environment[], int output);

/// Waits until the child has ended. Returns its exit status, or 128 + the signal that ended it.
int cprocesses_wait(pid_t pid);
