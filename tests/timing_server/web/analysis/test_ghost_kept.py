"""The lap that drives along, over the server's restarts."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2

from tests.timing_server.service.records.test_course import track
from tests.timing_server.web.analysis.test_tracked import watched
from tests.timing_server.web.live_server import Organiser, organising


@contextmanager
def started(folder: Path) -> Iterator[Organiser]:
    """Start the server on what it left on the disk."""
    with organising(folder) as organiser:
        yield organiser


def ghost(organiser: Organiser) -> object:
    return httpx2.get(f"{organiser.url}/venue/ghost").json()["lap"]


def test_a_ghost_outlives_the_server(tmp_path: Path) -> None:
    """It should drive along again after a restart, and no more once it was taken away."""
    folder, car = tmp_path / "server", tmp_path / "car"
    car.mkdir()
    with started(folder) as organiser:
        headers = {"Authorization": f"Bearer {organiser.token('tracker', 'eye')}"}
        body = track().model_dump(mode="json")
        organiser.http.put("/venue/track", json=body, headers=headers).raise_for_status()
        with watched(organiser, headers, car) as found:
            found.handover.work()
            choice = {"event_id": found.plan["event_id"], "heat_id": found.heat_id, "lap": 2}
            choice |= {"entry_id": found.plan["entries"][0]}
            organiser.http.put("/venue/ghost", json=choice).raise_for_status()
        kept = ghost(organiser)
    assert kept is not None
    with started(folder) as organiser:
        assert ghost(organiser) == kept
        organiser.http.delete("/venue/ghost").raise_for_status()
    with started(folder) as organiser:
        assert ghost(organiser) is None
