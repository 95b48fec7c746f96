"""Kill -9 of the server and of the node at random moments, again and again, on one data folder."""

import os
import random
import signal
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.e2e.stack import Stack
from timing_server.contract.machines.devices import VenueTally

pytestmark = [pytest.mark.faults, pytest.mark.timeout(1800)]

#: A few in every run of the tests, many by 'make faults'.
CYCLES = int(os.environ.get("PADDOCK_FAULT_CYCLES", "3"))
#: Beam breaks closer together than 500 ms are one pass; this keeps them apart.
APART_S = 0.6


@pytest.fixture
def stack(tmp_path: Path) -> Iterator[Stack]:
    running = Stack(tmp_path)
    try:
        running.start_server()
        running.start_track()
        yield running
    finally:
        running.close()


def tally(folder: Path) -> VenueTally:
    return VenueTally.model_validate_json((folder / "tally.json").read_text(encoding="utf-8"))


def kill(stack: Stack, victim: str) -> None:
    """End a process as a power cut would, and let the supervisor start it again."""
    before, wired_before = stack.supervisor.pid(victim), stack.times_wired()
    os.kill(before, signal.SIGKILL)
    stack.watch.until(lambda: stack.supervisor.pid(victim) != before, 30, f"a new {victim}")
    stack.watch.until(stack.api.is_answering, 60, "the server to answer again")
    if victim == "node":
        stack.watch.until(lambda: stack.times_wired() > wired_before, 60, "the node at its gate")


@pytest.mark.parametrize("victim", ["server", "node"])
def test_nothing_lost_nothing_doubled(stack: Stack, tmp_path: Path, victim: str) -> None:
    """It should have each pass that the node sensed in its log once, whenever it is killed."""
    moments = random.Random(victim)  # noqa: S311 - chance for a test
    event_id, heat_id = stack.plan_heat("Neon Falcon", window_s=600)
    stack.api.post(f"/events/{event_id}/next")
    stack.api.post(f"/events/{event_id}/heats/{heat_id}/start")
    for _ in range(CYCLES):
        stack.api.post("/demo/trip", {"gate": "finish"})
        time.sleep(moments.uniform(0.0, 0.2))
        kill(stack, victim)
        time.sleep(APART_S)

    def has_settled() -> bool:
        # A node that is killed between writing an edge and saying so leaves a pass of which the
        # venue can't know that it was sensed; whatever was sensed for certain must be there.
        stored = stack.api.get("/log/summary")["passes"]
        counted = tally(tmp_path)
        return bool(counted.crossings <= stored <= counted.crossings + counted.unsensed)

    stack.watch.until(has_settled, 60, "every sensed pass to arrive")
    stack.watch.rest(1.0)
    assert has_settled()
    before = whole_race(stack, event_id)
    kill(stack, "server")
    assert whole_race(stack, event_id) == before
    refs = [each["pass_ref"] for each in before["passes"]]
    assert len(refs) == len(set(refs)) == stack.api.get("/log/summary")["passes"] > 0


def whole_race(stack: Stack, event_id: str) -> dict[str, Any]:
    """Return what the race has come to, as the server tells it.

    That the server was started again is told as well: an interruption more, for a marshal to see.
    """
    view = stack.api.get(f"/events/{event_id}/view")["view"]
    view.get("heat", {}).pop("interruptions", None)
    return {
        "standings": stack.api.get(f"/events/{event_id}/standings"),
        "passes": stack.api.get(f"/events/{event_id}/passes"),
        "view": view,
    }
