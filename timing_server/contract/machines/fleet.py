"""What a car and the server say to each other between heats: how the car is, and what it shall do.

The car reports every few seconds; the answer says what to fetch, what to load and what errands
wait, so that nothing of it needs a stream or is lost with one.
"""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Colour, Message, Sha256, Slug, Us

Token = Annotated[str, Field(min_length=1, max_length=64)]
Count = Annotated[int, Field(ge=0, lt=2**53)]
Sentence = Annotated[str, Field(max_length=300)]

DeliveryState = Literal["waiting", "fetching", "ready", "failed"]
ErrandKind = Literal["restart", "send_log"]

#: The last lines that a car keeps of its log, and sends when it is asked.
MAX_LOG_BYTES = 64 * 1024


class Delivery(Message):
    """How far a model that the car shall have has come; ``reason`` where it failed."""

    sha256: Sha256
    state: DeliveryState
    received_bytes: Count = 0
    size_bytes: Count
    reason: Sentence = ""


class CarCondition(Message):
    """``POST /api/v1/cars/{car_id}/condition``: how the car's machine and its models are.

    None where the machine has no such sensor. ``wifi_dbm`` is the strength of the signal, 0 the
    strongest. ``loading_sha256`` is the model that is being loaded, ``load_trouble`` why the one
    that was wanted last couldn't be. ``done_errand_ids`` are the newest errands that were done.
    """

    version: Annotated[str, Field(max_length=40)]
    uptime_s: Count
    cpu_temp_c: Annotated[float, Field(ge=-60, le=200, allow_inf_nan=False)] | None = None
    disk_free_bytes: Count | None = None
    wifi_dbm: Annotated[int, Field(ge=-200, le=0)] | None = None
    is_undervolted: bool | None = None
    is_throttled: bool | None = None
    loaded_sha256: Sha256 | None = None
    loading_sha256: Sha256 | None = None
    load_trouble: Sentence = ""
    deliveries: Annotated[tuple[Delivery, ...], Field(max_length=16)] = ()
    is_restartable: bool = False
    done_errand_ids: Annotated[tuple[Token, ...], Field(max_length=16)] = ()


class ArchiveWanted(Message):
    """The archive that a model came in, for a stock car: ``GET /models/{sha256}/archive``.

    ``name`` is what people call the model; ``sha256`` and size are the archive's own.
    """

    sha256: Sha256
    size_bytes: Count
    name: Annotated[str, Field(max_length=80)]


class ModelWanted(Message):
    """A model that the car shall have on its disk: ``GET /models/{sha256}``.

    ``archive`` None: a stock car can't drive with it.
    """

    sha256: Sha256
    size_bytes: Count
    archive: ArchiveWanted | None = None


class CarErrand(Message):
    """Something that race control asks of a car once; it is named again until the car says done."""

    errand_id: Token
    kind: ErrandKind


class CarOrders(Message):
    """The answer to a condition: what to fetch, the soonest wanted first, and what to load.

    ``load_sha256`` is what the car's next run is driven with, None: whatever is loaded.
    """

    load_sha256: Sha256 | None = None
    fetch: Annotated[tuple[ModelWanted, ...], Field(max_length=8)] = ()
    errands: Annotated[tuple[CarErrand, ...], Field(max_length=8)] = ()


class NextRun(Message):
    """A heat in which a car drives, and with which model; None: whatever is loaded.

    ``is_here`` is whether the server has that model's file, and so can send it.
    """

    heat_id: str
    number: int
    model_sha256: str | None
    model_name: str | None
    is_here: bool = True


class FleetCar(Message):
    """``GET /fleet``: a car as race control sees it. Instants are on the race clock.

    ``battery_frac``, ``is_driving``, ``clock_bound_us`` and ``has_guard`` are from its telemetry;
    null where it doesn't say. ``is_stock``: it is driven through its own console, and nobody can
    prove its model. ``silent_s`` is how long ago it was heard, ``log_us`` when its log
    came last.
    """

    car_id: Slug
    name: str
    colour: Colour
    heard_us: Us | None
    silent_s: int | None
    is_heard: bool
    condition: CarCondition | None
    battery_frac: float | None
    is_driving: bool
    has_guard: bool | None
    is_stock: bool = False
    clock_bound_us: int | None
    loaded_name: str | None
    runs: tuple[NextRun, ...]
    errands: tuple[ErrandKind, ...]
    log_us: Us | None


class CarLog(Message):
    """``GET /cars/{car_id}/log``: the last lines, when they came, and whether newer ones come."""

    text: str
    at_us: Us | None
    is_asked: bool
