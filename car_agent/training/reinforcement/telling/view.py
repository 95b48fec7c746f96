"""Keeps in a file what a practising car sees, so that somebody can watch."""

import time
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import cv2

from car_agent.errors import ModelFileError
from car_agent.models.files import write_whole
from car_agent.training.reinforcement.telling.show import Outcome, Place, Standing
from hardware.cameras.frames import Pixels

_EVERY_S = 0.5
_QUALITY_PERCENT = 85


class View:
    """Implements ``Show``: replaces a JPEG about twice a second, whole each time."""

    def __init__(self, path: Path, now_s: Callable[[], float] = time.monotonic) -> None:
        self._path = path
        self._now_s = now_s
        self._due_s = now_s()

    def place(self, place: Place, /) -> None:
        """Show nothing."""

    def see(self, picture: Pixels, /) -> None:
        """Write the picture where it is time; what can't be written is passed over."""
        if self._now_s() < self._due_s:
            return
        self._due_s = self._now_s() + _EVERY_S
        _, content = cv2.imencode(".jpg", picture, (cv2.IMWRITE_JPEG_QUALITY, _QUALITY_PERCENT))
        # A training is worth more than the view of it.
        with suppress(ModelFileError):
            write_whole(self._path, content.tobytes())

    def say(self, words: str, /) -> None:
        """Show nothing."""

    def move(self, steps: int, of: int, /) -> None:
        """Show nothing."""

    def tell(self, standing: Standing, /) -> None:
        """Show nothing."""

    def end(self, outcome: Outcome, /) -> None:
        """Show nothing."""
