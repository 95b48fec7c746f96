"""``paddock results verify`` drives races of two again: both runs, fact by fact."""

from pathlib import Path
from typing import Any

import pytest

from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from tests.car_agent.worker.hostile import good, no_number
from tests.timing_server.test_virtual_proof import Raced, bent, moved, said_otherwise, verify
from tests.timing_server.web.live_server import Organiser, organising
from tests.timing_server.web.virtual.league import Guests, duel_stage, enter


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> Raced:
    """Two races: of two that drove, in a bracket, and of one whose rival broke off."""
    folder = tmp_path_factory.mktemp("server")
    made = Raced(folder, folder / "league.zip", folder / "whole.zip")
    with organising(folder) as organiser:
        guests = Guests(organiser)
        drivers = [guests.driver(name) for name in ("Apex Otter", "Volt Vixen")]
        plan = duel_stage(organiser, "single_elimination", laps=2)
        entries = [enter(organiser, plan, each) for each in drivers]
        stage = f"{plan['path']}/stages/{plan['stage_id']}"
        challenge = _challenge(organiser, plan)
        for path, models in (
            (stage, (good("fast"), good())),
            (challenge, (no_number(), good("fast"))),
        ):
            for driver, entry_id, model in zip(drivers, entries, models, strict=True):
                body = {"entry_id": entry_id, "model_sha256": driver.bring(model)}
                assert driver.http.post(f"{path}/submissions", json=body).status_code == 201
        organiser.post(f"{stage}/draw", {})
        organiser.post(f"{stage}/matches", {})
        link = ServerLink(
            organiser.url.removesuffix("/api/v1"), "worker-1", organiser.token("worker", "worker-1")
        )
        assert Worker(link, lambda _: None).work(is_once=True) == 2
        link.close()
        results = f"{plan['path']}/results"
        made.whole.write_bytes(organiser.http.get(f"{results}/bundle-with-models.zip").content)
        guests.close()
    return made


def _challenge(organiser: Organiser, plan: dict[str, Any]) -> str:
    stage = {"title": "Challenge", "format_name": "points"}
    stage_id = organiser.post(f"{plan['path']}/stages", stage)["stage_id"]
    first = organiser.get(f"{plan['path']}/stages/virtual")[0]
    body = {"track_id": "esses", "race_kind": "head_to_head", "laps": 1, "resets_max": 20}
    times = {key: first[key] for key in ("opens_utc", "closes_utc")}
    path = f"{plan['path']}/stages/{stage_id}"
    assert organiser.http.put(f"{path}/virtual", json={**body, **times}).is_success
    return path


@pytest.fixture(autouse=True)
def _own_known_venues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def test_both_runs_of_a_race_are_bit_identical(raced: Raced, tmp_path: Path) -> None:
    """It should drive both models again together, and one alone whose rival broke off."""
    code, said = verify(raced.whole, "--data", str(tmp_path / "nothing"), "--strict")
    assert code == 0, said
    assert "heat 1 (Apex Otter – Volt Vixen): bit-identical (" in said
    assert "heat 2 (Volt Vixen): bit-identical (" in said
    assert "2 virtual runs driven again: bit-identical." in said


@pytest.mark.parametrize(
    ("kind", "change"),
    [
        ("PassDetected", moved("mono_ns", 1)),
        ("RunSimulated", said_otherwise("rival_sha256", "ab" * 32)),
        ("RunSimulated", moved("seed", 1)),
        ("RunSimulated", said_otherwise("grid_place", 2)),
    ],
)
def test_a_changed_fact_is_named(raced: Raced, tmp_path: Path, kind: str, change: Any) -> None:
    """It should find out a venue that bends a race of its own, though it sealed it anew."""
    path = tmp_path / "bent.zip"
    seq = bent(raced, path, kind, change)
    code, said = verify(path, "--data", str(raced.folder))
    assert code == 1, said
    assert f"act {seq} ({kind}) isn't what these models, track and seed give" in said
