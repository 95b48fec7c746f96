"""What the process that drives two is asked, and what those of its models are."""

import struct
from typing import Annotated, Literal

from pydantic import Field

from car_agent.worker.limited.orders import RunOrder
from timing_server.contract.base import Message, Sha256
from timing_server.contract.machines.workers import Place, RunRules
from timing_server.contract.server.tracks import TrackDocument

#: Simulated time in nanoseconds and the picture's length, which follows; then a command …
ASKED = struct.Struct("<qI")
#: … or, with the length of a sentence instead of 0, why there is none.
ANSWERED = struct.Struct("<Hdd")
SENTENCE_MAX_BYTES = 2_000
#: What drives has nothing of a stranger's in it; scenery and pictures take this much.
_MEMORY_BYTES = 1024 * 1024 * 1024


class HostOrder(Message):
    """One model to be asked; its bytes follow. ``cpu_s`` and ``memory_bytes`` limit its process."""

    model_sha256: Sha256
    model_bytes: int
    memory_bytes: int
    cpu_s: int
    grace_s: float = 10.0


class HostSeen(Message):
    """What a model sees with, told once it is opened; or the sentence that says why it isn't."""

    channels: Literal["luma", "rgb", "stereo"] = "luma"
    width_px: Annotated[int, Field(ge=1, le=4096)] = 1
    height_px: Annotated[int, Field(ge=1, le=4096)] = 1
    sentence: Annotated[str, Field(max_length=SENTENCE_MAX_BYTES)] | None = None


class DuelCar(Message):
    """A model on its place of the grid."""

    place: Place
    host: HostOrder


class DuelOrder(Message):
    """A race of two, or of one whose rival didn't come; the models' bytes follow in this order.

    ``design`` names the track where there is no document. Where it ``is_played`` the go is told
    behind the models, as for a run of one.
    """

    cars: Annotated[tuple[DuelCar, ...], Field(min_length=1, max_length=2)]
    track_sha256: Sha256
    design: str
    document: TrackDocument | None = None
    seed: int
    rules: RunRules
    memory_bytes: int = _MEMORY_BYTES
    cpu_s: int
    is_traced: bool = False
    is_played: bool = False

    @staticmethod
    def cpu_limit_s(rules: RunRules) -> int:
        """Return how much processor time each process may take: one may have to drive anew."""
        return 2 * RunOrder.cpu_limit_s(rules)
