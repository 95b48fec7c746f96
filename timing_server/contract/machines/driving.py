"""How cars are let drive and stopped: leases and stops down the device stream, their answers up.

A car drives by a **lease**: its run's order names one, and event ``lease`` renews it about every
500 ms. A renewal is worth ``contact_limit_ms`` of the order, counted from the instant at which the
server sent it, by the car's own monotonic clock and the relation that it measured; a lease that
isn't renewed ends by itself, whatever the network does, and for good: the car says so
(``CarTelemetry.lost_lease_id``) and is held until somebody lets it go.
"""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from timing_server.contract.base import BoundNs, Int64, Message, Slug, Us

#: What a car does when its lease has run out.
ContactLost = Literal["stop", "coast", "finish_lap"]
#: Why a car is held in neutral.
HoldCause = Literal["stop", "off_track", "e_stop", "contact_lost"]
#: Who stopped: a node's button, a person at a screen, the driver's phone, the car's own button.
StopSource = Literal["node", "race_control", "driver", "car"]
#: What a stop or a lease is called between server and car.
Token = Annotated[str, StringConstraints(pattern=r"^[\x21-\x7e]{1,128}$")]

RENEWAL_PERIOD_S = 0.5


class StopOrder(Message):
    """Event ``stop``, sent at once, and part of ``heat`` as long as it stands.

    ``car_id`` None: every car. It is heeded until its ``stop_id`` stands in ``lifted_stop_ids`` of
    a ``heat`` order, whatever else that order says.
    """

    stop_id: Token
    car_id: Slug | None = None


class LeaseRenewal(Message):
    """Event ``lease``: these leases stand as of ``sent_race_ns``.

    A car whose clock is related to that of another boot of the server measures anew first.
    """

    sent_race_ns: Int64
    server_boot_id: str
    lease_ids: Annotated[tuple[Token, ...], Field(max_length=64)]


class OwnStopReport(Message):
    """``POST /cars/{car_id}/stops``: the car's own button was pressed; sent until answered.

    ``pressed_race_ns`` None where the car's clock isn't related.
    """

    stop_id: Token
    pressed_race_ns: Int64 | None = None
    bound_ns: BoundNs = 0


class ObeyedReport(Message):
    """``POST /cars/{car_id}/stops/obeyed``: when its wheels were in neutral."""

    stop_id: Token
    neutral_race_ns: Int64
    bound_ns: BoundNs


class StopRequest(Message):
    """``POST …/emergency-stop`` and ``…/cars/{car_id}/stop``: stop now.

    ``pressed_us`` is when the finger was on the screen, by the race clock as the page knows it.
    """

    pressed_us: Us | None = None


class HoldRequest(Message):
    """``POST …/runs/{entry_id}/hold``: neutral until ``go``; ``off_track`` is counted as well."""

    cause: Literal["stop", "off_track"] = "stop"


class SpeedRequest(Message):
    """``POST …/runs/{entry_id}/speed``: so many per cent of what the model asks for."""

    speed_pct: Annotated[int, Field(ge=0, le=100)]


class CarStopLift(Message):
    """``POST …/cars/{car_id}/stop/lift``; ``stop_ids``: what the car says it heeds, if anything."""

    stop_ids: Annotated[tuple[Token, ...], Field(max_length=16)] = ()
