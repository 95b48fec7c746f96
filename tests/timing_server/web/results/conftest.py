from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.timing_server.web.live_server import Node, Organiser, organising


@pytest.fixture(scope="module")
def organiser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Organiser]:
    """One server for a module's tests."""
    folder: Path = tmp_path_factory.mktemp("server")
    with organising(folder) as client:
        yield client


@pytest.fixture(scope="module")
def plan(organiser: Organiser) -> dict[str, Any]:
    """An event of two drivers: tiny laps of 90 and 80 ms for the first, 70 ms for the second."""
    plan = organiser.plan(drivers=2, dead_time_s=0.01)
    node = Node(organiser)
    node.send(node.clock())
    for laps_ms in ((90, 80), (70,)):
        heat_id = organiser.start_next(plan)
        at_ns = node.now_mono_ns()
        node.send(node.passing(at_ns))
        for lap_ms in laps_ms:
            at_ns += lap_ms * 1_000_000
            node.send(node.passing(at_ns))
        while node.now_mono_ns() <= at_ns:
            pass
        organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    return plan
