"""The emergency stops that stand."""

from pydantic import Field

from timing_server.contract.base import Message, Us
from timing_server.contract.machines.driving import StopSource


class ObeyedView(Message):
    """A car's wheels were in neutral ``latency_us`` after the press, ± ``bound_us``."""

    latency_us: Us
    bound_us: Us


class StopView(Message):
    """The emergency stop of everything that stands; ``is_held``: a button is pressed right now.

    ``node_id`` and ``button`` where a node's was pressed. ``obeyed`` says which cars answered.
    """

    source: StopSource
    node_id: str | None = None
    button: str = ""
    at_us: Us
    is_held: bool
    obeyed: dict[str, ObeyedView] = Field(default_factory=dict)


class CarStopView(Message):
    """The emergency stop of one car that stands; ``obeyed`` None until the car answered."""

    source: StopSource
    at_us: Us
    obeyed: ObeyedView | None = None
