"""How a car hands its black box's records over after the heat, and how a lap is played from one."""

from typing import Annotated

from pydantic import Field

from timing_server.contract.base import Message, Sha256, Slug, Us
from timing_server.contract.blackbox.rows import ActionLabel

#: The largest record that a server takes, and the largest piece of one.
MAX_RECORD_BYTES = 512 * 2**20
MAX_PIECE_BYTES = 1024 * 1024


class RecordOffer(Message):
    """``POST /api/v1/cars/{car_id}/records``: a record that the car has; ``wall_utc`` its own."""

    event_id: Slug
    heat_id: Slug
    entry_id: Slug
    sha256: Sha256
    size_bytes: Annotated[int, Field(ge=1, le=MAX_RECORD_BYTES)]
    model_name: Annotated[str, Field(max_length=80)]
    wall_utc: Annotated[str, Field(max_length=40)]


class RecordPlace(Message):
    """How far a record has come; the next piece begins at ``received_bytes``."""

    received_bytes: int
    is_kept: bool


class RecordRow(Message):
    """A record that the server has. ``is_own``: the asker may download it."""

    record_id: Sha256
    heat_id: str
    entry_id: str
    car_id: str
    car: str
    model_name: str
    wall_utc: str
    size_bytes: int
    is_own: bool


class ReplayLap(Message):
    """A lap to choose; ``invalid`` says why it doesn't count."""

    number: int
    duration_us: Us
    invalid: str | None


class ReplayRun(Message):
    """A run to choose a lap of; without records there is nothing to play."""

    entry_id: str
    number: int
    driver: str
    colour: str
    laps: tuple[ReplayLap, ...]
    records: tuple[RecordRow, ...]


class ReplayHeat(Message):
    """``GET …/heats/{heat_id}/replay``: the runs of a heat, each with its laps and records."""

    event_id: str
    heat_id: str
    number: int
    stage_title: str
    runs: tuple[ReplayRun, ...]


class ReplayPicture(Message):
    """A picture of the lap, at ``…/records/{record_id}/pictures/{index}``."""

    at_us: Us
    index: int


class ReplayStep(Message):
    """A decision, when it went to the wheels. ``latency_us`` None: it never reached them."""

    at_us: Us
    age_us: int
    inference_us: int
    latency_us: int | None
    steering_frac: float
    throttle_frac: float
    is_taken: bool
    action: int | None
    probabilities: tuple[float, ...]


class ReplayWord(Message):
    """What changed: leave to drive, why the wheels stood; ``text`` as the car said it, English."""

    at_us: Us
    kind: str
    text: str


class ReplayTrace(Message):
    """A lap as the car recorded it; instants are since the lap began, by the line's clock.

    ``bound_us`` is how far the car's clock may have been off the line's; None where the record
    doesn't tell how they lay: then it is the whole record, from its own beginning, as for lap 0.
    ``is_cut``: the record doesn't cover the whole lap. ``lost_rows`` is what it says it lost.
    """

    record_id: Sha256
    entry_id: str
    lap: int
    duration_us: Us
    bound_us: int | None
    is_cut: bool
    lost_rows: int
    actions: tuple[ActionLabel, ...]
    pictures: tuple[ReplayPicture, ...]
    steps: tuple[ReplayStep, ...]
    words: tuple[ReplayWord, ...]
