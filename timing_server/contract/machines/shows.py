"""What a worker and the server say to each other while a run is played before an audience.

The heat is called, the worker loads model and track and says that it is ready; race control starts
the heat, and the worker lets the car drive at real pace from the heat's start on. What the car does
is told as it happens; what a board shows of it, about ten times a second.
"""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Int64, Message
from timing_server.contract.machines.devices import CarPosition, CarTelemetry, TrackMap
from timing_server.contract.machines.workers import DrivenRun, SimNs

#: A board looks broken when nothing moves for longer.
SHOW_LEASE_S = 6
#: How often a worker asks whether the heat was started: oftener than the lights take.
SHOW_ASK_S = 0.25
#: Pictures and places of the cars are told no oftener than this.
SHOW_VIEW_S = 0.1


class ShowState(Message):
    """How the heat stands that a worker plays.

    ``is_ready``: the server knows that the worker is. ``starts_race_ns`` is the go, which lies
    ahead while the lights are on; None before the heat was started.
    """

    phase: Literal["called", "running"]
    is_ready: bool
    starts_race_ns: Int64 | None = None


class LeaseKept(Message):
    """The answer to ``POST …/leases/{lease_id}``: the run is still this worker's.

    ``show`` where it is played. ``is_wanted_back``: somebody is to be shown and no other worker is
    free, so that this one gives its run back and claims again.
    """

    show: ShowState | None = None
    is_wanted_back: bool = False


class ShowReady(Message):
    """``POST …/leases/{lease_id}/ready``: model and track are loaded; ``track`` is for boards."""

    track: TrackMap


class ShownSoFar(Message):
    """``POST …/leases/{lease_id}/so-far``: what the run did by now, told from its beginning."""

    run: DrivenRun


class ShownCar(Message):
    """A car that is played: where it is, and what it does."""

    position: CarPosition
    telemetry: CarTelemetry


class ShowView(Message):
    """``POST …/leases/{lease_id}/view``: the cars at an instant of the run.

    What a car's camera saw is sent by ``PUT …/leases/{lease_id}/frames/{car_id}``.
    """

    sim_ns: SimNs
    cars: Annotated[tuple[ShownCar, ...], Field(max_length=4)]
