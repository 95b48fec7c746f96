"""Answers questions about rewards line by line, keeping tracks and reward processes ready.

A page's server starts it (``paddock reward bench``) and ends it. Each line of standard input is a
question, a message of the contract with its name as ``ask``; each gets one line: ``answer``, or
``refused`` with a sentence. What a driver's code does happens in its own sandboxed process.
"""

import os
import resource
from collections import OrderedDict
from functools import lru_cache
from pathlib import Path
from typing import IO, Annotated, Literal

from pydantic import Field, TypeAdapter, ValidationError

from car_agent.training.lab import telling
from car_agent.training.lab.asking import LAB_LIMITS, Asker
from car_agent.training.lab.comparison import compare
from car_agent.training.lab.fuzz import fuzz
from car_agent.training.lab.ground import Ground
from car_agent.training.lab.maps import Grid, HeatMap, grid_over, grid_poses, heat_map
from car_agent.training.rewards.errors import RewardError, SandboxMissingError
from car_agent.training.rewards.process import Limits, RewardFile
from hardware.virtual.errors import VenueError
from hardware.virtual.world.designs import DESIGNS
from hardware.virtual.world.track_files import open_track
from timing_server.contract.base import Message
from timing_server.contract.lab import (
    AtAnswer,
    AtRequest,
    CompareAnswer,
    CompareRequest,
    FuzzAnswer,
    FuzzRequest,
    LabRefusal,
    LabRequest,
    MapAnswer,
    MapRequest,
    RewardSource,
)
from timing_server.contract.names import shown_text

#: Two to compare, and one to go back to.
_KEPT_REWARDS = 3
_KEPT_TRACKS = 4
#: The race on the same machine comes first.
_NICENESS = 10
#: What it has loaded is a tenth of this; libraries of linear algebra reserve more than they use.
_MOST_MEMORY_BYTES = 2 * 2**30

Told = AtAnswer | MapAnswer | FuzzAnswer | CompareAnswer


class AtLine(AtRequest):
    """A question about one pose."""

    ask: Literal["at"]


class MapLine(MapRequest):
    """A question about a whole track."""

    ask: Literal["map"]


class FuzzLine(FuzzRequest):
    """A wish to try a function out."""

    ask: Literal["fuzz"]


class CompareLine(CompareRequest):
    """A question about two functions."""

    ask: Literal["compare"]


_LINES: TypeAdapter[AtLine | MapLine | FuzzLine | CompareLine] = TypeAdapter(
    Annotated[AtLine | MapLine | FuzzLine | CompareLine, Field(discriminator="ask")]
)


class Answered(Message):
    """One line of output."""

    answer: Told | None = None
    refused: LabRefusal | None = None


class Bench:
    """Keeps the last few reward functions' processes, which are ready at once; to be closed."""

    def __init__(self, limits: Limits = LAB_LIMITS) -> None:
        self._limits = limits
        self._askers: OrderedDict[tuple[str, int, int, RewardFile], Asker] = OrderedDict()
        self._opened = lru_cache(_KEPT_TRACKS)(_open)

    def answer(self, line: bytes) -> Answered:
        """Answer one line, whatever it is."""
        try:
            return Answered(answer=self._told(_LINES.validate_json(line)))
        except ValidationError as error:
            first = error.errors()[0]
            where = ".".join(str(part) for part in first["loc"])
            return _refused("request", f"The question is not understood: {where}: {first['msg']}.")
        except RewardError as error:
            return _refused("reward", str(error), error.line)
        except SandboxMissingError as error:
            return _refused("sandbox", str(error))
        except VenueError as error:
            return _refused("track", str(error))

    def close(self) -> None:
        """End all reward processes."""
        while self._askers:
            self._askers.popitem()[1].close()

    def _told(self, asked: AtLine | MapLine | FuzzLine | CompareLine) -> Told:
        asker = self._asker(asked, asked.reward)
        match asked:
            case AtLine():
                pose = telling.pose_of(asked.pose)
                return telling.told_at(asker.ground, pose, asker.ask(pose))
            case FuzzLine():
                return telling.told_report(fuzz(asker, asked.seed))
            case CompareLine():
                other = self._asker(asked, asked.other)
                maps = [self._map(each, asked) for each in (asker, other)]
                return telling.told_comparison(maps, compare(*maps))
            case MapLine():
                return telling.told_map(self._map(asker, asked))

    def _map(self, asker: Asker, asked: MapRequest) -> HeatMap:
        _, grid = self._opened(asked.track, _stamp(asked.track), asked.objects)
        drive = telling.drive_of(asked.drive)
        return heat_map(asker, grid, grid_poses(asker.ground, grid, drive, asked.turn_deg))

    def _asker(self, asked: LabRequest, reward: RewardSource) -> Asker:
        """Return the function's process, started where it isn't kept."""
        file = RewardFile(shown_text(reward.name, 80), reward.source)
        ground = (asked.track, _stamp(asked.track), asked.objects)
        key = (*ground, file)
        if key not in self._askers:
            while len(self._askers) >= _KEPT_REWARDS:
                self._askers.popitem(last=False)[1].close()
            self._askers[key] = Asker(file, self._opened(*ground)[0], limits=self._limits)
        self._askers.move_to_end(key)
        return self._askers[key]


def serve(asked: IO[bytes], told: IO[bytes]) -> None:
    """Answer until the input ends."""
    os.nice(_NICENESS)
    resource.setrlimit(resource.RLIMIT_AS, (_MOST_MEMORY_BYTES, _MOST_MEMORY_BYTES))
    bench = Bench()
    try:
        for line in asked:
            told.write(bench.answer(line).model_dump_json().encode() + b"\n")
            told.flush()
    finally:
        bench.close()


def _stamp(track: str) -> int:
    """Return when a track's file was changed, 0 for a design: another track under the same name."""
    try:
        return Path(track).stat().st_mtime_ns if track not in DESIGNS else 0
    except (OSError, ValueError):
        return 0


def _open(track: str, _stamp: int, objects: int) -> tuple[Ground, Grid]:
    opened = open_track(track)
    return Ground(opened, objects), grid_over(opened)


def _refused(
    about: Literal["reward", "track", "sandbox", "request"], sentence: str, line: int | None = None
) -> Answered:
    return Answered(refused=LabRefusal(about=about, sentence=sentence, line=line))
