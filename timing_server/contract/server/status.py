"""How the server and its devices are doing, for people who look after them."""

from typing import Literal

from timing_server.contract.base import Colour, Message, Us
from timing_server.contract.machines.devices import CarTelemetry
from timing_server.contract.node_health import NodeHealth


class Health(Message):
    """``GET /health``: the server answers, and which release it is.

    ``reachable_url`` is where other machines of the network find it; a server that is bound to
    loopback says so there, and None means that it doesn't know.
    """

    status: Literal["ok"] = "ok"
    version: str
    reachable_url: str | None = None


class SilentGate(Message):
    """A gate that has seen nothing for ``quiet_s`` of a running heat: longer than is plausible."""

    gate: str
    role: str
    quiet_s: int


class GateJob(Message):
    """What a gate is for: its role (``finish``, ``sector-1``, …), its only lane, backup above 0."""

    gate: str
    role: str
    lane: int | None = None
    priority: int = 0


class NodeStatus(Message):
    """A timing node; ``heard_us`` (race clock) None means not since the server started.

    ``jobs`` are those of its gates now.
    ``bound_us`` is how well its clock is related to the race clock; ``silent_s`` how long nothing
    was heard of it; ``health`` what it said of itself last; ``silent_gates`` what the heat says.
    """

    node_id: str
    acked_seq: int
    heard_us: Us | None
    bound_us: Us | None
    version: str | None
    pin_factory: str | None
    gates: tuple[str, ...]
    silent_s: int | None = None
    silent_gates: tuple[SilentGate, ...] = ()
    jobs: tuple[GateJob, ...] = ()
    health: NodeHealth | None = None


class CarDetail(Message):
    """A car with its newest numbers; its picture is ``/cars/{car_id}/frame?n={frame_seq}``.

    ``heard_us`` (race clock) is when it last reported, None: not since the server started.
    """

    car_id: str
    name: str
    colour: Colour
    frame_seq: int
    telemetry: CarTelemetry | None
    heard_us: Us | None = None


class FrameTaken(Message):
    """A car's picture was taken under this number."""

    frame_seq: int
