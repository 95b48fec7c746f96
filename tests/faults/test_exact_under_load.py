"""Laps of a real node and a real server while both cores are busy and the network is slow."""

import multiprocessing
import random
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import pairwise
from pathlib import Path

import pytest

from tests.faults.siege import MortalNode, MortalServer
from tests.network.fault_proxy import Fault, FaultProxy
from tests.network.loopback import free_port
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until

pytestmark = pytest.mark.faults

PASSES = 4
APART_S = 0.6
SLOW: tuple[Fault, ...] = ("delay", "reorder", "duplicate", "drop_answer", "none")
BUSY_AT_MOST_S = 120.0


def _spin(until_s: float) -> None:
    """Do nothing as fast as a processor can, with garbage for the collector."""
    kept: list[object] = []
    while time.monotonic() < until_s:
        kept.append([kept[-10:], object()])
        if len(kept) > 10_000:
            kept.clear()


@contextmanager
def busy_cores(count: int = 2) -> Iterator[None]:
    """Keep both cores of a small machine busy."""
    started = multiprocessing.get_context("spawn")
    until_s = time.monotonic() + BUSY_AT_MOST_S
    spinning = [started.Process(target=_spin, args=(until_s,), daemon=True) for _ in range(count)]
    for process in spinning:
        process.start()
    try:
        yield
    finally:
        for process in spinning:
            process.kill()
            process.join()


def test_laps_are_exact_whatever_the_load(tmp_path: Path) -> None:
    """It should time laps to the nanosecond beside busy cores and on a slow, mixed-up network."""
    folder = tmp_path / "server"
    folder.mkdir()
    port = free_port()
    server = MortalServer(folder, port)
    chance, lock = random.Random(7), threading.Lock()  # noqa: S311 - chance for a test

    def choose() -> Fault:
        with lock:
            return chance.choice(SLOW)

    proxy = FaultProxy(port, choose)
    try:
        wait_until(server.is_answering, "the server")
        organiser = Organiser(server.url, folder)
        plan = organiser.plan(window_s=600, idle_limit_s=600, dead_time_s=0.5)
        token = organiser.token("node", "node-finish")
        node = MortalNode(proxy.url, tmp_path / "node", token)
        organiser.start_next(plan)
        with busy_cores():
            for _ in range(PASSES):
                node.break_beam()
                node.hear()
                time.sleep(APART_S)
            known_ns = sorted(node.seen.certain_ns)
            assert len(known_ns) == PASSES
            wait_until(lambda: organiser.get("/log/summary")["passes"] == PASSES, "all passes")
        node.close()
        sheet = organiser.get(f"{plan['path']}/heats/{plan['heats'][0]}/sheet")
        organiser.close()
    finally:
        proxy.close()
        server.close()
    laps = sheet["runs"][0]["laps"]
    assert [lap["duration_us"] for lap in laps] == [
        (later - earlier) // 1000 for earlier, later in pairwise(known_ns)
    ]
    assert all(lap["bound_us"] == 0 for lap in laps)
