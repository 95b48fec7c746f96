"""Runs another command in this process's place, which steps back behind everything else.

It has the processor when nobody else wants it, is the first to go where memory runs out, has a
limit of its own there, and ends when its parent does, however that ends. A file of its own, run by
its path: between a thread's fork and exec no Python may run.
"""

import ctypes
import os
import resource
import signal
import sys
from contextlib import suppress
from pathlib import Path

_NICE = 10
_FIRST_TO_GO = "500"
_PR_SET_PDEATHSIG = 1
#: A training takes some 700 MiB; the large network and its pictures more.
_MEMORY_BYTES = 4 * 2**30
_FILE_BYTES = 512 * 2**20


def main(parent_id: int, most_cpu_s: int, command: list[str]) -> None:
    """Become the command; 0 seconds of the processor are no limit."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        with suppress(OSError):
            # A container may have no such file; the limit below holds all the same.
            Path("/proc/self/oom_score_adj").write_text(_FIRST_TO_GO, encoding="ascii")
    if os.getppid() != parent_id:
        # It died before it could be noticed.
        sys.exit(1)
    os.nice(_NICE)
    _limit(resource.RLIMIT_DATA, _MEMORY_BYTES)
    _limit(resource.RLIMIT_FSIZE, _FILE_BYTES)
    _limit(resource.RLIMIT_CORE, 0)
    if most_cpu_s:
        resource.setrlimit(resource.RLIMIT_CPU, (most_cpu_s, most_cpu_s))
    os.execv(command[0], command)  # noqa: S606 - what this process is for


def _limit(what: int, most: int) -> None:
    """Limit this process and its children; where less is allowed already, to that."""
    allowed = resource.getrlimit(what)[1]
    least = most if allowed == resource.RLIM_INFINITY else min(most, allowed)
    resource.setrlimit(what, (least, least))


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3:])
