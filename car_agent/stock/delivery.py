"""Puts a model onto a stock car through its console: upload, wait until it is there, load, wait.

The car makes its own network of the archive's frozen graph, which takes it half a minute or more.
What it then drives with nobody can prove from outside.
"""

import re
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO, Protocol

import structlog

from car_agent.errors import ModelFileError
from car_agent.models.intake.archive import FROZEN_NAMES, names_in
from car_agent.stock.errors import ConsoleError, ConsoleRefusedError

_log = structlog.get_logger()

#: How long a car may take to unpack a model and to load it, together.
PATIENCE_S = 120.0
LOOK_EVERY_S = 1.0
_PLAIN = re.compile(r"[^A-Za-z0-9_-]+")


class ConsoleModels(Protocol):
    """The part of the console that keeps models. Each call raises ConsoleError."""

    def upload(self, name: str, archive: IO[bytes]) -> None:
        """Put an archive into a folder."""

    def model_in(self, folder: str) -> str | None:
        """Return what the model in a folder is called."""

    def load(self, folder: str, model: str) -> None:
        """Load it."""

    def loading_state(self) -> str:
        """Return whether it is loaded."""


def deliver(
    console: ConsoleModels,
    archive: Path,
    folder: str,
    rest: Callable[[float], None] = time.sleep,
    should_stop: Callable[[], bool] = lambda: False,
) -> bool:
    """Upload and load a model into a folder of the car; False where it was told to stop before.

    Raises ModelError where the file is no DeepRacer archive, ConsoleError.
    """
    check_archive(archive)
    with archive.open("rb") as file:
        console.upload(folder, file)
    _log.info("model_uploaded", model=folder)
    looks = int(PATIENCE_S / LOOK_EVERY_S)
    model: str | None = None
    for _ in range(looks):
        if should_stop():
            return False
        if model is None:
            model = console.model_in(folder)
            if model is not None:
                console.load(folder, model)
        else:
            state = console.loading_state()
            if state == "loaded":
                _log.info("model_loaded", model=folder)
                return True
            if state == "error":
                raise ConsoleRefusedError(f"The car couldn't load {folder}; see its own console.")
        rest(LOOK_EVERY_S)
    raise ConsoleError(f"The car hasn't loaded {folder} within {PATIENCE_S:g} s.")


def check_archive(archive: Path) -> None:
    """Raise ModelError unless the file is an archive with a frozen graph, as a car takes it."""
    try:
        with archive.open("rb") as file:
            names = names_in(file, archive.name)
    except OSError as error:
        raise ModelFileError(f"{archive} is no model.tar.gz that can be read.") from error
    if not set(names) & set(FROZEN_NAMES):
        raise ModelFileError(
            f"{archive} holds no agent/model.pb: a stock car drives with DeepRacer's frozen graphs "
            "alone, not with ONNX."
        )


def folder_of(file_name: str) -> str:
    """Return a plain folder's name for an archive: the car joins it to a path unseen."""
    stem = file_name.removesuffix(".tar.gz")
    return (_PLAIN.sub("-", stem).strip("-") or "model")[:60]
