"""The live document of an event: what a board shows, and how it changes.

``GET /api/v1/events/{event_id}/live`` sends server-sent events:

- ``snapshot`` (id = log sequence of the event's stream): ``LiveSnapshot``, the whole document;
- ``patch`` (id likewise): ``LivePatch``, a JSON merge patch (RFC 7396) from the previous one;
- ``telemetry``, ``positions``, ``track`` (no id: they are not facts): ``CarReport``,
  ``PositionReport``, ``TrackMap``;
- ``ghost`` (no id): ``GhostReport``, the lap that drives along on the map;
- ``timing`` (no id): ``TimingReport``, how exact each line measured itself to be;
- ``ping`` (no id) every 2 seconds: ``LivePing``;
- ``switched`` (no id): ``ActiveEvent``, another event owns the venue now.

A client that reconnects with ``Last-Event-ID`` gets exactly the patches it missed, or a snapshot
where they are no longer at hand. Everything that grows is a map by key, so that a lap costs the
same bytes at the end of a day as at its beginning. Durations and instants are integer
microseconds (JavaScript's integers are exact only to 2**53); instants are on the race clock, and
``now_us`` of each message tells what that clock read when it was sent.

A merge patch can't say null, it deletes the key: in the document **an absent key means None**, in
snapshots as after patches. Clients compare with ``== null`` or ``?? null``, never ``=== null``.
"""

from typing import Any

from timing_server.contract.base import Message, Us
from timing_server.contract.live.document import EventView
from timing_server.contract.machines.devices import CarTelemetry


class LiveSnapshot(Message):
    """Event ``snapshot``: the document as of fact ``seq``."""

    seq: int
    now_us: Us
    view: EventView


class LivePatch(Message):
    """Event ``patch``: what fact ``seq`` (of type ``fact``) changed, as an RFC 7396 merge patch."""

    seq: int
    now_us: Us
    fact: str
    patch: dict[str, Any]


class LivePing(Message):
    """Event ``ping``: the feed is alive, and what the race clock reads."""

    now_us: Us


class CarReport(Message):
    """Event ``telemetry``: a car's newest numbers; ``frame_seq`` changes with its camera picture.

    The picture is ``GET /api/v1/cars/{car_id}/frame?n={frame_seq}`` (JPEG). ``heard_us`` is when
    the numbers came.
    """

    car_id: str
    frame_seq: int
    telemetry: CarTelemetry | None = None
    heard_us: Us | None = None


class ActiveEvent(Message):
    """Which event ``/`` shows (None = none yet): ``/events/active`` and event ``switched``."""

    event_id: str | None = None
