"""The demo rests for as long as somebody trains a model on its machine."""

import threading
from pathlib import Path

import pytest

from tests.timing_server.web.live_server import PATIENCE_S
from tests.timing_server.web.workshop.workshop import workshop_in
from timing_server.launcher.api import OrganiserApi
from timing_server.launcher.round import DemoRound, Watch
from timing_server.launcher.settings import DemoSettings


def test_a_heat_waits_until_nobody_trains(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should call no heat before the training is over, paused, or given up."""
    with workshop_in(tmp_path / "server", monkeypatch) as workshop:
        training_id = workshop.order()
        workshop.until_process(training_id)
        url = workshop.organiser.url.removesuffix("/api/v1")
        api = OrganiserApi(url, lambda: None)
        api.authorise(workshop.organiser.http.headers["Authorization"].removeprefix("Bearer "))
        demo_round = DemoRound(api, url, DemoSettings(), Watch(lambda: None))
        leaving = threading.Thread(target=demo_round._leave_room, daemon=True)
        leaving.start()
        leaving.join(1.5)
        assert leaving.is_alive()
        workshop.organiser.post(workshop.path(training_id, "/pause"))
        leaving.join(PATIENCE_S)
        assert not leaving.is_alive()
        api.close()
