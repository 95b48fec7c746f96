"""What keeps the guard from being late: a place before other programs, and memory that stays."""

import ctypes
import gc
import os
from pathlib import Path

#: Above ordinary programs, below the kernel's own interrupt threads (50).
PRIORITY = 40

_MCL_CURRENT_AND_FUTURE = 1 | 2
_OOM_NEVER = "-1000"


def be_punctual() -> tuple[str, ...]:
    """Ask for real-time priority, locked memory and to be spared when memory runs out.

    Returns what was refused, each in words that say who could allow it. Raises nothing.
    """
    gc.collect()
    gc.freeze()
    weaknesses = []
    try:
        # Children (there are none) would start as ordinary programs.
        flags = os.SCHED_FIFO | os.SCHED_RESET_ON_FORK
        os.sched_setscheduler(0, flags, os.sched_param(PRIORITY))
    except OSError as error:
        weaknesses.append(
            f"no real-time priority ({error.strerror}): a busy computer may delay neutral; "
            "LimitRTPRIO in its systemd unit, or the right CAP_SYS_NICE, allows it"
        )
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.mlockall(_MCL_CURRENT_AND_FUTURE) != 0:
        reason = os.strerror(ctypes.get_errno())
        weaknesses.append(
            f"memory isn't locked ({reason}): swapping may delay neutral; LimitMEMLOCK=infinity "
            "in its systemd unit allows it"
        )
    try:
        Path("/proc/self/oom_score_adj").write_text(_OOM_NEVER, encoding="ascii")
    except OSError as error:
        weaknesses.append(
            f"it may be killed when memory runs out ({error.strerror}); OOMScoreAdjust=-1000 in "
            "its systemd unit spares it"
        )
    return tuple(weaknesses)
