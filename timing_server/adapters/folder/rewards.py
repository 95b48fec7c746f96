"""Reward functions on the disk: a small file each, and the examples that Paddock brings along."""

import json
import os
import re
import threading
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import asdict
from importlib.util import find_spec
from pathlib import Path

import structlog

from timing_server.service.errors import StorageFailedError
from timing_server.service.workshop.ports import Example, Reward

_log = structlog.get_logger()

#: In an installed package too; only its place is looked up, nothing of it is run.
_EXAMPLES = "car_agent.training.rewards"
_ID = re.compile(r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")


class KeptRewards:
    """Implements ``service.workshop.ports.RewardFolder`` below a folder."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._lock = threading.Lock()

    def all(self) -> Sequence[Reward]:
        """Return every reward, the newest first."""
        with self._lock:
            found = [_read(file) for file in self._path.glob("*.json")]
        rewards = [each for each in found if each is not None]
        return sorted(rewards, key=lambda each: (each.changed_utc, each.reward_id), reverse=True)

    def find(self, reward_id: str) -> Reward | None:
        """Return a reward, None where it isn't here."""
        file = self._file(reward_id)
        return None if file is None or not file.is_file() else _read(file)

    def put(self, reward: Reward) -> None:
        """Keep a reward, in the place of an earlier one of its id."""
        file = self._file(reward.reward_id)
        if file is None:
            raise StorageFailedError("A reward can't be kept under such an id.")
        fresh = file.with_suffix(".new")
        with self._lock:
            try:
                self._path.mkdir(parents=True, exist_ok=True, mode=0o700)
                with fresh.open("w", encoding="utf-8") as opened:
                    json.dump(asdict(reward), opened)
                    opened.flush()
                    os.fsync(opened.fileno())
                fresh.replace(file)
            except OSError as error:
                raise StorageFailedError(f"A reward can't be kept ({error.strerror}).") from error

    def delete(self, reward_id: str) -> None:
        """Forget a reward, where it is here."""
        file = self._file(reward_id)
        if file is not None:
            with self._lock, suppress(FileNotFoundError):
                file.unlink()

    def examples(self) -> Sequence[Example]:
        """Return what newcomers begin with."""
        spec = find_spec(_EXAMPLES)
        if spec is None or spec.origin is None:
            return ()
        files = sorted((Path(spec.origin).parent / "examples").glob("*.py"))
        return tuple(Example(file.stem, file.read_text(encoding="utf-8")) for file in files)

    def _file(self, reward_id: str) -> Path | None:
        """Return the place of an id; None for what isn't one."""
        return self._path / f"{reward_id}.json" if _ID.match(reward_id) else None


def _read(file: Path) -> Reward | None:
    """Read one; a file that somebody damaged is passed over, and stays for them to mend."""
    try:
        return Reward(**json.loads(file.read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        _log.error("reward_unreadable", file=file.name, error=str(error))
        return None
