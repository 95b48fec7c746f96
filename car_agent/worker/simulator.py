"""What a run is computed with: the source that decides, the processor's kind, the libraries."""

import platform
from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

from timing_server.contract.machines.workers import SimulatorVersions

_ROOT = Path(__file__).parents[2]
#: Whatever is in here decides what happens on a virtual track.
_FOLDERS = (
    "hardware/virtual/world",
    "hardware/virtual/tracks",
    "car_agent/simulation",
    "car_agent/driving",
)
_FILES = ("car_agent/models/card.py", "car_agent/models/load.py")
#: What a processor can do decides in which order the runtime adds numbers up.
_DECIDING_FLAGS = ("fma", "avx2", "avx512f", "avx512_vnni", "amx_tile", "asimd", "asimddp", "sve")
_SHORT = 64


@cache
def versions() -> SimulatorVersions:
    """Return what this process computes with."""
    return SimulatorVersions(
        source_sha256=source_sha256(),
        architecture=architecture(),
        python=platform.python_version()[:_SHORT],
        numpy=np.__version__[:_SHORT],
        opencv=cv2.__version__[:_SHORT],
        onnxruntime=onnxruntime.__version__[:_SHORT],
    )


def source_sha256(more: Sequence[str] = ()) -> str:
    """Return the hash of the source files by which a run is computed, with their names.

    ``more``: other folders that decide.
    """
    folders = (*_FOLDERS, *more)
    found = [path for folder in folders for path in (_ROOT / folder).rglob("*.py")]
    files = sorted([*found, *(_ROOT / name for name in _FILES)])
    digest = sha256()
    for path in files:
        content = path.read_bytes()
        name = path.relative_to(_ROOT).as_posix()
        digest.update(f"{name} {len(content)}\n".encode() + content)
    return digest.hexdigest()


def architecture() -> str:
    """Return the processor's kind with those of its abilities that decide about last digits."""
    try:
        told = Path("/proc/cpuinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        told = ""
    has = set(told.split())
    flags = [flag for flag in _DECIDING_FLAGS if flag in has]
    return "+".join([platform.machine(), *flags])[:_SHORT]
