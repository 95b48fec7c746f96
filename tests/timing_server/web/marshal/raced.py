"""A race to rule on through the public interface: two drivers, a heat of three laps each."""

import time
from dataclasses import dataclass
from typing import Any

from tests.timing_server.web.live_server import Node, Organiser
from timing_server.rules.units import NS_PER_MS, NS_PER_S

#: The laps of each driver, in the order of driving; the first driver's best is the best of all.
LAPS_MS = ((70, 60, 65), (90, 80, 85))


@dataclass(frozen=True)
class Raced:
    """The event as it was raced; ``refs`` are the passes of each heat in order."""

    organiser: Organiser
    path: str
    heats: list[str]
    entries: list[str]
    refs: list[list[str]]

    def ranks(self) -> dict[str, int]:
        """Return the place of each entry."""
        view = self.organiser.get(f"{self.path}/view")["view"]
        return {key: row["rank"] for key, row in view["standings"].items()}

    def sheet(self, heat: int = 0) -> Any:
        """Return a heat as a marshal reads it."""
        return self.organiser.get(f"{self.path}/heats/{self.heats[heat]}/sheet")

    def laps_us(self, heat: int = 0) -> list[int]:
        """Return the laps of a heat that count, in the order of driving."""
        (run,) = self.sheet(heat)["runs"]
        return [lap["duration_us"] for lap in run["laps"] if lap["invalid"] is None]

    def rule(self, path: str, body: Any = None) -> Any:
        """Make a ruling of the event, expecting it to be taken."""
        return self.organiser.post(f"{self.path}{path}", body)

    def try_out(self, path: str, body: Any = None) -> Any:
        """Ask what a ruling would change."""
        return self.organiser.post(f"{self.path}{path}?preview=true", body)["preview"]


def race_two_heats(organiser: Organiser) -> Raced:
    """Plan and drive both heats, and stop each after its last lap."""
    plan = organiser.plan(drivers=2, dead_time_s=0.01)
    node = Node(organiser)
    refs = []
    for laps_ms in LAPS_MS:
        heat_id = organiser.start_next(plan)
        at_ns = node.now_mono_ns()
        node.send(node.clock(), node.passing(at_ns))
        seqs = [node.seq]
        for lap_ms in laps_ms:
            at_ns += lap_ms * NS_PER_MS
            node.send(node.passing(at_ns))
            seqs.append(node.seq)
        # The passes lie a moment ahead of the clock: the heat must not end before the last.
        time.sleep(max(0, at_ns - node.now_mono_ns()) / NS_PER_S)
        organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
        refs.append([f"node-1:{node.journal_id}:{seq}" for seq in seqs])
    return Raced(organiser, plan["path"], plan["heats"], plan["entries"], refs)
