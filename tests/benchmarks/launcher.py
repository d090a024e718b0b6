"""A small process between the benchmark and what it measures: start it, wait, say what it took.

A child begins with the peak memory of the process that starts it. So that is this one, which
loads next to nothing: `python -I -S launcher.py OUT PROGRAM ARGS...` prints seconds of wall time,
seconds of processor time, and the peak in the system's units.
"""

import os
import sys
import time


def main(out: str, *argv: str) -> int:
    to_file = (os.POSIX_SPAWN_OPEN, 1, out, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    from_nothing = (os.POSIX_SPAWN_OPEN, 0, os.devnull, os.O_RDONLY, 0)
    started = time.perf_counter()
    child = os.posix_spawn(argv[0], argv, os.environ, file_actions=[to_file, from_nothing])
    _, status, usage = os.wait4(child, 0)
    wall = time.perf_counter() - started
    print(wall, usage.ru_utime + usage.ru_stime, usage.ru_maxrss)
    return os.waitstatus_to_exitcode(status)


sys.exit(main(*sys.argv[1:]))
