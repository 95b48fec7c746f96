"""Kill -9 of the server and of the node at random moments, over and over, on a bad network."""

import os
import random
import threading
import time
from itertools import cycle, pairwise
from pathlib import Path
from typing import Any

import pytest

from tests.faults.siege import MortalNode, MortalServer, besieged
from tests.network.fault_proxy import FAULTS, FaultProxy
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until
from timing_server.service.live.merge_patch import difference

pytestmark = [pytest.mark.faults, pytest.mark.timeout(7200)]

#: How often each of the two dies: a few times in every run of the tests, many by 'make faults'.
CYCLES = int(os.environ.get("PADDOCK_FAULT_CYCLES", "2"))
#: A race in which each dies this often, then the next: a heat has hundreds of laps, not thousands.
IN_A_RACE = 50
RACES = max(1, CYCLES // IN_A_RACE)
#: Beam breaks closer together than 500 ms are one pass.
APART_S = 0.55
#: The scripted node's own.
NODE_NAME = "node-finish"
DEAD_TIME_NS = 1_000_000_000


@pytest.mark.parametrize("race", range(RACES))
def test_nothing_lost_nothing_doubled(
    server: MortalServer, organiser: Organiser, tmp_path: Path, race: int
) -> None:
    """It should have each pass once, and laps exact to the nanosecond, whatever dies when."""
    kills = min(CYCLES, IN_A_RACE)
    chance = random.Random(500 + race)  # noqa: S311 - chance for a test
    plan = organiser.plan(window_s=86_400, idle_limit_s=600, dead_time_s=DEAD_TIME_NS / 1e9)
    proxy = FaultProxy(server.port, _now_and_then(chance))
    node = MortalNode(proxy.url, tmp_path / "node", organiser.token("node", NODE_NAME))
    try:
        organiser.start_next(plan)
        of_server = random.Random(1501 + race)  # noqa: S311 - likewise
        with besieged(server, kills, of_server) as server_done:
            while node.kills < kills or not server_done.is_set():
                node.break_beam()
                time.sleep(chance.uniform(0.0, 0.2))
                if node.kills < kills:
                    node.kill()
                else:
                    node.hear()
                time.sleep(APART_S)
        assert server.kills == node.kills == kills
        wait_until(server.is_answering, "the server after its last death")
        certain = set(node.seen.certain_ns)
        wait_until(lambda: organiser.get("/log/summary")["passes"] >= len(certain), "all passes")
        wait_until(lambda: certain <= set(_passes_ns(organiser, plan)), "each that was sensed")
    finally:
        node.close()
        proxy.close()
    _check_passes(organiser, plan, node)
    _check_laps(organiser, plan)
    before = _whole_race(organiser, plan)
    server.kill()
    wait_until(server.is_answering, "the server after one death more")
    assert difference(before, _whole_race(organiser, plan)) == {}
    assert sum(proxy.happened[fault] for fault in FAULTS) > 0


def _passes_ns(organiser: Organiser, plan: dict[str, Any]) -> list[int]:
    """Return the instants of the stored passes, each as often as the log has it."""
    found: list[int] = []
    after = 0
    while True:
        page = organiser.get(f"{plan['path']}/log?after={after}")
        facts = (line["fact"] for line in page["facts"])
        found += [fact["body"]["mono_ns"] for fact in facts if fact["type"] == "PassDetected"]
        if page["next_after"] is None:
            return found
        after = page["next_after"]


def _check_passes(organiser: Organiser, plan: dict[str, Any], node: MortalNode) -> None:
    stored = _passes_ns(organiser, plan)
    assert len(stored) == len(set(stored)) == organiser.get("/log/summary")["passes"]
    assert set(node.seen.certain_ns) <= set(stored)
    assert set(stored) <= set(node.seen.certain_ns) | set(node.seen.uncertain_ns)


def _check_laps(organiser: Organiser, plan: dict[str, Any]) -> None:
    """Hold the laps against what the known instants of the breaks come to."""
    counted: list[int] = []
    for at_ns in sorted(_passes_ns(organiser, plan)):
        if not counted or at_ns - counted[-1] >= DEAD_TIME_NS:
            counted.append(at_ns)
    laps_ns = [later - earlier for earlier, later in pairwise(counted)]
    (row,) = organiser.get(f"{plan['path']}/standings")["standings"]
    assert row["laps"] == [lap_ns // 1000 for lap_ns in laps_ns]
    assert row["best_lap_us"] == min(laps_ns) // 1000


def _whole_race(organiser: Organiser, plan: dict[str, Any]) -> dict[str, Any]:
    """Return what the race has come to, as the server tells it while nothing more is written.

    That the server was started again is told as well: an interruption more, for a marshal to see.
    """
    told, facts = None, -1
    while facts != (now := organiser.get("/log/summary")["facts"]):
        facts = now
        told = _told(organiser, plan)
    assert told is not None
    return told


def _told(organiser: Organiser, plan: dict[str, Any]) -> dict[str, Any]:
    view = organiser.get(f"{plan['path']}/view")["view"]
    view.get("heat", {}).pop("interruptions", None)
    return {
        "standings": organiser.get(f"{plan['path']}/standings"),
        "passes": organiser.get(f"{plan['path']}/passes"),
        "view": view,
    }


def _now_and_then(chance: random.Random) -> Any:
    """Let every fifth request meet some misfortune."""
    lock = threading.Lock()
    turns = cycle((*["none"] * 4, None))

    def choose() -> Any:
        with lock:
            return next(turns) or chance.choice(FAULTS)

    return choose
