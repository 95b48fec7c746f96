"""The newest that devices say about themselves: no facts, kept in memory for whoever looks."""

from collections.abc import Sequence
from dataclasses import dataclass, field, replace

from timing_server.contract.live.ghost import GhostReport
from timing_server.contract.live.messages import CarReport
from timing_server.contract.machines.devices import CarTelemetry, PositionReport, TrackMap
from timing_server.contract.machines.journal import StartRecord
from timing_server.contract.node_health import LoopbackResult, NodeHealth, TimingLine, TimingReport
from timing_server.service.entities import Uplink
from timing_server.service.live.hub import Hub
from timing_server.service.live.remembered import maybe_us
from timing_server.service.ports import Store


@dataclass(frozen=True, slots=True)
class CarSeen:
    """A car's newest numbers and picture (JPEG); ``frame_seq`` counts its pictures.

    ``heard_race_ns`` is when the numbers came, None: not since the server started.
    """

    telemetry: CarTelemetry | None = None
    frame: bytes | None = None
    frame_seq: int = 0
    heard_race_ns: int | None = None


@dataclass(frozen=True, slots=True)
class NodeSeen:
    """A node as the server knows it; ``heard_race_ns`` None means not since the server started."""

    node_id: str
    acked_seq: int = 0
    heard_race_ns: int | None = None
    bound_ns: int | None = None
    version: str | None = None
    pin_factory: str | None = None
    gates: tuple[str, ...] = ()
    health: NodeHealth | None = None


TRACK_BLOB = "track"
TIMING_BLOB = "timing-lines"
GHOST_BLOB = "ghost"
#: A venue has a dozen lines; who sends more is no node.
_LINES_KEPT = 256


@dataclass(slots=True)
class DeviceBoard:
    """Keeps the newest of each device and shows it to screens; used in the event loop alone."""

    hub: Hub
    cars: dict[str, CarSeen] = field(default_factory=dict)
    nodes: dict[str, NodeSeen] = field(default_factory=dict)
    track: TrackMap | None = None
    #: The track of what is played before an audience, in place of the venue's own.
    shown_track: TrackMap | None = None
    ghost: GhostReport = field(default_factory=GhostReport)
    timing: TimingReport = field(default_factory=TimingReport)

    def car(self, car_id: str) -> CarSeen:
        """Return what is known of a car, which may be nothing."""
        return self.cars.get(car_id, CarSeen())

    def take_telemetry(self, car_id: str, telemetry: CarTelemetry, now_race_ns: int) -> None:
        """Note a car's numbers, and that it was heard."""
        before = self.car(car_id)
        seen = replace(before, telemetry=telemetry, heard_race_ns=now_race_ns)
        self._take_car(car_id, seen)

    def take_frame(self, car_id: str, frame: bytes) -> int:
        """Note what a car sees and return the picture's number."""
        before = self.car(car_id)
        self._take_car(car_id, replace(before, frame=frame, frame_seq=before.frame_seq + 1))
        return before.frame_seq + 1

    def take_positions(self, report: PositionReport) -> None:
        """Show where the venue's own cars are, but on no other track's map."""
        if self.shown_track is None:
            self.hub.report("positions", "positions", report)

    def show_track(self, track: TrackMap | None) -> None:
        """Have boards show the track of what is played, or (None) the venue's own again."""
        if track == self.shown_track:
            return
        self.shown_track = track
        # Nobody is on the other map yet.
        self.hub.report("positions", "positions", PositionReport(mono_ns=0, cars=()))
        shown = track or self.track
        if shown is None:
            self.hub.forget("track", "track")
        else:
            self.hub.report("track", "track", shown)

    def show_positions(self, report: PositionReport) -> None:
        """Show where the cars are of what is played."""
        self.hub.report("positions", "positions", report)

    def forget_car(self, car_id: str) -> None:
        """Know nothing more of a car: another drives under its name."""
        if self.cars.pop(car_id, None) is not None:
            self.hub.report(
                "telemetry", f"telemetry:{car_id}", CarReport(car_id=car_id, frame_seq=0)
            )

    def take_ghost(self, ghost: GhostReport) -> None:
        """Have a lap drive along on boards' maps and in virtual venues, or none."""
        self.ghost = ghost
        self.hub.report("ghost", "ghost", ghost)

    def take_track(self, track: TrackMap) -> None:
        """Note the track's map."""
        self.track = track
        if self.shown_track is None:
            self.hub.report("track", "track", track)

    def with_line(self, node_id: str, result: LoopbackResult) -> TimingReport | None:
        """Return the report with a line's newest self-test, None where it isn't news."""
        line = TimingLine(node_id=node_id, **result.model_dump())
        key = (node_id, line.gate, line.sensor)
        lines = {(each.node_id, each.gate, each.sensor): each for each in self.timing.lines}
        if lines.get(key) == line:
            return None
        newest = sorted((lines | {key: line}).values(), key=lambda each: each.measured_utc)
        kept = sorted(newest[-_LINES_KEPT:], key=lambda each: (each.gate, each.node_id))
        return TimingReport(lines=tuple(kept))

    def take_timing(self, report: TimingReport) -> None:
        """Show how exact the lines measured themselves to be."""
        self.timing = report
        self.hub.report("timing", "timing", report)

    def take_node(self, seen: NodeSeen) -> None:
        """Note a node's sign of life."""
        self.nodes[seen.node_id] = seen

    def node(self, node_id: str) -> NodeSeen:
        """Return what is known of a node, which may be nothing."""
        return self.nodes.get(node_id, NodeSeen(node_id))

    def _take_car(self, car_id: str, seen: CarSeen) -> None:
        self.cars[car_id] = seen
        report = CarReport(
            car_id=car_id,
            frame_seq=seen.frame_seq,
            telemetry=seen.telemetry,
            heard_us=maybe_us(seen.heard_race_ns),
        )
        self.hub.report("telemetry", f"telemetry:{car_id}", report)


def remembered_board(store: Store, hub: Hub) -> DeviceBoard:
    """Return a board with what the last run of the server left on the disk."""
    board = DeviceBoard(hub)
    track = store.blob(TRACK_BLOB)
    if track is not None:
        board.take_track(TrackMap.model_validate_json(track))
    ghost = store.blob(GHOST_BLOB)
    if ghost is not None:
        board.take_ghost(GhostReport.model_validate_json(ghost))
    timing = store.blob(TIMING_BLOB)
    if timing is not None:
        board.take_timing(TimingReport.model_validate_json(timing))
    for uplink in _longest(store.uplinks()):
        board.take_node(NodeSeen(uplink.node_id, acked_seq=uplink.acked_seq))
    for record in store.newest_records("start"):
        start = StartRecord.model_validate_json(record.content)
        board.take_node(
            replace(
                board.node(record.node_id),
                version=start.version,
                pin_factory=start.pin_factory,
                gates=start.gates,
            )
        )
    return board


def _longest(uplinks: Sequence[Uplink]) -> list[Uplink]:
    """Return one mark for each node: that of its longest journal."""
    longest: dict[str, Uplink] = {}
    for uplink in uplinks:
        known = longest.get(uplink.node_id)
        if known is None or known.acked_seq < uplink.acked_seq:
            longest[uplink.node_id] = uplink
    return list(longest.values())
