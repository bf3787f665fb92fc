#define _GNU_SOURCE
#include "CProcesses.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/close_range.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

pid_t cprocesses_spawn(const char *path, char *const arguments[], char *const environment[], int output) {
    // exec closes the writing end; what is read before that is the child's errno.
    int failure[2];
    if (pipe2(failure, O_CLOEXEC) != 0) return -errno;
    pid_t parent = getpid();
    pid_t pid = fork();
    if (pid < 0) {
        int error = errno;
        close(failure[0]);
        close(failure[1]);
        return -error;
    }
    if (pid == 0) {
        // Only async-signal-safe calls from here on.
        int input = open("/dev/null", O_RDONLY);
        sigset_t none;
        sigemptyset(&none);
        if (prctl(PR_SET_PDEATHSIG, SIGKILL) == 0 && getppid() == parent && setpgid(0, 0) == 0 &&
            dup2(input, STDIN_FILENO) >= 0 && dup2(output, STDOUT_FILENO) >= 0 &&
            dup2(output, STDERR_FILENO) >= 0 && sigprocmask(SIG_SETMASK, &none, NULL) == 0) {
            signal(SIGPIPE, SIG_DFL);
            // Nothing else is inherited: a socket that stayed bound in a child would keep its port from everybody.
            close_range(STDERR_FILENO + 1, ~0U, CLOSE_RANGE_CLOEXEC);
            execve(path, arguments, environment);
        }
        int error = errno;
        ssize_t ignored = write(failure[1], &error, sizeof error);
        (void)ignored;
        _exit(127);
    }
    close(failure[1]);
    int error = 0;
    ssize_t count;
    do count = read(failure[0], &error, sizeof error);
    while (count < 0 && errno == EINTR);
    close(failure[0]);
    if (count == sizeof error) {
        cprocesses_wait(pid);
        return -error;
    }
    return pid;
}

int cprocesses_wait(pid_t pid) {
    int status;
    while (waitpid(pid, &status, 0) < 0) {
        if (errno != EINTR) return -1;
    }
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}
