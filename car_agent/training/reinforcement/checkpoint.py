"""What a training needs to go on after it was broken off: written whole or not at all.

Read without unpickling anything but numbers and plain values, so that a strange file does no harm.
"""

import hashlib
import io
import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

from car_agent.errors import CarSetupError
from car_agent.models.files import read_capped, write_whole

SUFFIX = ".checkpoint"
#: The classic network with its optimiser's memory, and room to spare.
_MAX_BYTES = 256 * 2**20


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far a training was; ``fingerprint`` tells which one it is.

    ``learnt`` is the learner's own, ``rewards`` of a step in each round so far, ``clean_exams`` how
    many were clean one after the other.
    """

    fingerprint: str
    steps: int
    learnt: Mapping[str, Any]
    rewards: list[float]
    clean_exams: int


def fingerprint_of(**what: object) -> str:
    """Return a hash of everything by which two trainings would differ."""
    return hashlib.sha256(json.dumps(what, sort_keys=True).encode()).hexdigest()


def path_beside(out: Path) -> Path:
    """Return where the checkpoint of a model lies."""
    return out.with_name(out.name + SUFFIX)


def write_checkpoint(path: Path, checkpoint: Checkpoint) -> None:
    """Write it over the one before. Raises ModelFileError."""
    content = io.BytesIO()
    names = Checkpoint.__dataclass_fields__
    torch.save({name: getattr(checkpoint, name) for name in names}, content)
    write_whole(path, content.getvalue())


def read_checkpoint(path: Path, fingerprint: str) -> Checkpoint | None:
    """Return where a training was broken off, or None where there is no such file.

    Raises CarSetupError where the file is of another training, or can't be understood.
    """
    if not path.exists():
        return None
    content = read_capped(path, _MAX_BYTES, "checkpoint")
    try:
        kept = torch.load(io.BytesIO(content), weights_only=True, map_location="cpu")
        # A file of a format to come has other fields.
        found = Checkpoint(**kept)
    except Exception as error:  # torch raises whatever its parts do
        raise CarSetupError(
            f"{path} is no checkpoint that can be read; delete it to begin anew."
        ) from error
    if found.fingerprint != fingerprint:
        raise CarSetupError(
            f"{path} belongs to another training (another reward, track, seed, action space, "
            "network, algorithm or number of cars): delete it to begin anew, or choose another "
            "--out."
        )
    return found
