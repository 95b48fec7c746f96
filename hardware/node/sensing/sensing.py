"""All that a node makes of its edges, in one place: passes, sensors' states, speeds. Pure."""

from collections.abc import Sequence
from dataclasses import dataclass

from hardware.gates.edges import Edge
from hardware.gates.pins import SensorWiring
from hardware.node.detector import DetectedPass, PassDetector
from hardware.node.sensing.sensor_board import SensorBoard
from hardware.node.sensing.sensor_watch import StateChange
from hardware.node.sensing.speed import Speed, SpeedGun, SpeedTrap


@dataclass(frozen=True, slots=True)
class Sensed:
    """What an edge, or the time that went by, has settled."""

    passes: tuple[DetectedPass, ...] = ()
    changes: tuple[StateChange, ...] = ()
    speeds: tuple[tuple[SpeedTrap, Speed], ...] = ()


class Sensing:
    """Takes edges, gives what they mean; every instant is CLOCK_MONOTONIC nanoseconds."""

    def __init__(
        self,
        detector: PassDetector | None = None,
        board: SensorBoard | None = None,
        traps: Sequence[SpeedTrap] = (),
    ) -> None:
        """Without arguments: a node of beam breaks, each with the default windows."""
        self.detector = detector or PassDetector()
        self.board = board or SensorBoard()
        self._guns = [(trap, SpeedGun(trap)) for trap in traps]
        self._trap_gates = {gate for trap in traps for gate in (trap.from_gate, trap.to_gate)}
        #: Passes of traps' gates that one which happened before them may still be told after.
        self._for_guns: list[DetectedPass] = []

    @property
    def due_ns(self) -> int | None:
        """Return when ``advance`` may have something to tell without further edges, or None."""
        held = [each.mono_ns + self.detector.hold_ns for each in self._for_guns]
        dues = (self.detector.due_ns, self.board.due_ns, min(held, default=None))
        return min((due_ns for due_ns in dues if due_ns is not None), default=None)

    def feed(self, edge: Edge) -> Sensed:
        """Take an edge."""
        changes = self.board.feed(edge)
        told = self.detector.feed(edge)
        # Whatever happened before this edge has been read: passes due by then can be told.
        passes = (*told, *self.detector.advance(edge.mono_ns))
        return self._told(passes, changes, edge.mono_ns)

    def advance(self, now_ns: int) -> Sensed:
        """Let the clock show ``now_ns``."""
        return self._told(self.detector.advance(now_ns), self.board.advance(now_ns), now_ns)

    def flush(self) -> Sensed:
        """Tell the passes that are still gathering: the node is about to end."""
        return self._told(self.detector.flush(), (), None)

    def _told(
        self,
        passes: tuple[DetectedPass, ...],
        changes: tuple[StateChange, ...],
        now_ns: int | None,
    ) -> Sensed:
        for found in passes:
            changes += self.board.note_pass(found)
            if found.gate in self._trap_gates:
                self._for_guns.append(found)
        return Sensed(passes, changes, self._speeds(now_ns))

    def _speeds(self, now_ns: int | None) -> tuple[tuple[SpeedTrap, Speed], ...]:
        """Show the guns, in the order of their time, the passes that nothing can come before."""
        speeds: list[tuple[SpeedTrap, Speed]] = []
        ordered, self._for_guns = sorted(self._for_guns, key=lambda each: each.mono_ns), []
        for found in ordered:
            if now_ns is not None and now_ns < found.mono_ns + self.detector.hold_ns:
                self._for_guns.append(found)
                continue
            for trap, gun in self._guns:
                speed = gun.feed(found.gate, found.mono_ns)
                if speed is not None:
                    speeds.append((trap, speed))
        return tuple(speeds)


def fit_to(wirings: Sequence[SensorWiring], traps: Sequence[SpeedTrap] = ()) -> Sensing:
    """Return the sensing of a node with these sensors: windows and limits of their profiles.

    A gate's merge window is the longest that one of its sensors asks for.
    """
    merge_ns: dict[str, int] = {}
    for wiring in wirings:
        merge_ns[wiring.gate] = max(merge_ns.get(wiring.gate, 0), wiring.profile.merge_ns)
    board = SensorBoard(
        {(wiring.gate, wiring.sensor): wiring.profile for wiring in wirings},
        wide=[(wiring.gate, wiring.sensor) for wiring in wirings if wiring.is_wide],
    )
    return Sensing(PassDetector(merge_ns_by_gate=merge_ns), board, traps)
