"""Limits that a process lays on itself before it reads what a stranger sent."""

import os
import resource
import signal
from contextlib import suppress
from pathlib import Path

_OPEN_FILES = 32
_NICENESS = 10


def limit_process(memory_bytes: int, cpu_s: int, wall_s: int, file_bytes: int = 0) -> None:
    """Give up what strangers' bytes may not use, for as long as this process lives.

    Memory is counted from what its libraries take already; ``file_bytes`` is how large a file may
    become that it writes. Whatever else runs here, a race above all, comes first: for the
    processor, and when memory ends. Past ``wall_s`` the process ends by itself.
    """
    os.nice(_NICENESS)
    with suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000", encoding="ascii")
    pages = int(Path("/proc/self/statm").read_text(encoding="ascii").split()[0])
    memory = pages * resource.getpagesize() + memory_bytes
    for which, soft, hard in (
        (resource.RLIMIT_AS, memory, memory),
        (resource.RLIMIT_CPU, cpu_s, cpu_s + 1),
        (resource.RLIMIT_FSIZE, file_bytes, file_bytes),
        (resource.RLIMIT_NPROC, 0, 0),
        (resource.RLIMIT_NOFILE, _OPEN_FILES, _OPEN_FILES),
        (resource.RLIMIT_CORE, 0, 0),
    ):
        resource.setrlimit(which, (soft, hard))
    signal.signal(signal.SIGALRM, signal.SIG_DFL)
    signal.alarm(wall_s)
