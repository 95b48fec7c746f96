"""``paddock results verify`` drives virtual runs again: bit-identical, changed, not comparable."""

import json
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from tests.timing_server.service.results.golden_bundle import canonical, rechained, with_lines
from tests.timing_server.web.live_server import Organiser, serving
from tests.timing_server.web.virtual.league import (
    LIBRARY,
    Guests,
    enter,
    library_model,
    virtual_stage,
)
from timing_server.adapters.folder.data_folder import DataFolder
from timing_server.adapters.folder.venue_key import open_venue_key
from timing_server.results_cli import results_app
from timing_server.rules.stored.codec import chain_hash
from timing_server.service.results.archive import Bundle, read_bundle, write_bundle
from timing_server.service.results.seals import Sealer, sign_manifest

OWN_TRACK = "cd" * 16


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A data folder with a race of two runs, on a design and on an own track, and its bundle."""
    folder = tmp_path_factory.mktemp("server")
    bundle = folder / "league.zip"
    with serving(folder) as url:
        organiser = Organiser(url, folder)
        guests = Guests(organiser)
        points = [[0, 0], [4, 0], [4, 3], [0, 3]]
        body = {"name": "Our hall", "points": points, "width_m": 0.9}
        assert organiser.http.put(f"/tracks/{OWN_TRACK}", json=body).is_success
        plan = virtual_stage(organiser, laps=2, track_id=OWN_TRACK, seed=None)
        driver = guests.driver("Apex Otter")
        entry_id = enter(organiser, plan, driver)
        other = _stage(organiser, plan)
        for stage_id in (plan["stage_id"], other):
            model = {"entry_id": entry_id, "model_sha256": driver.bring(library_model())}
            path = f"{plan['path']}/stages/{stage_id}/submissions"
            assert driver.http.post(path, json=model).status_code == 201
        token = organiser.token("worker", "worker-1")
        link = ServerLink(url.removesuffix("/api/v1"), "worker-1", token)
        assert Worker(link, lambda _: None).work(is_once=True) == 2
        link.close()
        bundle.write_bytes(organiser.http.get(f"{plan['path']}/results/bundle.zip").content)
        guests.close()
        organiser.close()
    return folder, bundle


def _stage(organiser: Organiser, plan: dict[str, Any]) -> str:
    stage_id = str(organiser.post(f"{plan['path']}/stages", {"title": "Boxes"})["stage_id"])
    (first,) = organiser.get(f"{plan['path']}/stages/virtual")
    rules = {key: first[key] for key in ("opens_utc", "closes_utc")}
    body = {"track_id": "oval", "laps": 1, "race_kind": "objects", "objects": 3, **rules}
    path = f"{plan['path']}/stages/{stage_id}/virtual"
    assert organiser.http.put(path, json=body).is_success
    return stage_id


def verify(bundle: Path, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(results_app, ["verify", str(bundle), *more])
    return done.exit_code, f"{done.output}{done.exception or ''}"


def edited(folder: Path, bundle: Path, kind: str, change: Any) -> tuple[int, Bundle]:
    """Return the bundle with one fact changed, and that fact's number.

    The chain is computed anew and everything is signed with the venue's own key.
    """
    with bundle.open("rb") as file:
        opened = read_bundle(file)
    lines = list(opened.lines)
    at = next(number for number, line in enumerate(lines) if json.loads(line)["type"] == kind)
    fact = json.loads(lines[at])
    change(fact["body"])
    lines[at] = canonical(fact)
    bent = with_lines(opened, rechained(lines))
    key = open_venue_key(DataFolder(folder))
    manifest = json.loads(bent.manifest)
    seals = Sealer(key).seals(manifest["event_id"], [chain_hash(line) for line in bent.lines])
    manifest["members"]["seals.bin"] = sha256(seals).hexdigest()
    text = json.dumps(manifest).encode()
    signature = sign_manifest(key, text)
    return at + 1, replace(bent, seals=seals, manifest=text, signature=signature)


def written(bundle: Bundle, path: Path) -> Path:
    with path.open("wb") as file:
        write_bundle(bundle, file)
    return path


def test_every_run_is_bit_identical(
    raced: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should drive both runs again and find every fact the same."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder, bundle = raced
    code, said = verify(bundle, "--data", str(folder))
    assert code == 0, said
    assert "2 virtual runs driven again: all bit-identical." in said


def test_models_may_come_from_a_folder(
    raced: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should drive on a design with a model from elsewhere, and say what it lacks for the other.

    The model was made anew when it was brought, so that only what the server gave is the same.
    """
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder, bundle = raced
    models = tmp_path / "models"
    models.mkdir()
    for kept in (folder / "models").glob("*.onnx"):
        (models / f"any-{kept.name[:4]}.onnx").write_bytes(kept.read_bytes())
    code, said = verify(bundle, "--data", str(tmp_path / "nothing"), "--models", str(models))
    assert code == 0, said
    assert "1 virtual runs driven again: all bit-identical." in said
    assert "1 not driven again." in said
    code, said = verify(bundle, "--data", str(tmp_path / "nothing"), "--models", str(LIBRARY))
    assert (code, "isn't here" in said or "bit-identical" in said) == (0, True)


def test_a_venue_that_bends_its_own_log_is_found_out(
    raced: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should name the fact that was changed, though chain and seals were computed anew."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder, bundle = raced

    def sooner(body: dict[str, Any]) -> None:
        body["mono_ns"] -= 1

    seq, bent = edited(folder, bundle, "PassDetected", sooner)
    code, said = verify(written(bent, tmp_path / "bent.zip"), "--data", str(folder))
    assert code == 1
    assert f"fact {seq} isn't what this model, track and seed give" in said


def test_another_simulator_is_not_comparable(
    raced: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should say so, show what differs, and refuse nothing."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder, bundle = raced

    def elsewhere(body: dict[str, Any]) -> None:
        body["simulator"]["numpy"] = "9.9.9"

    _, other = edited(folder, bundle, "RunSimulated", elsewhere)
    code, said = verify(written(other, tmp_path / "other.zip"), "--data", str(folder))
    assert code == 0, said
    assert "not comparable (numpy: 9.9.9 then" in said
    assert "1 not comparable" in said


def test_a_changed_fact_breaks_the_chain(
    raced: tuple[Path, Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should be named before anything is driven, where nobody signed anew."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    folder, bundle = raced
    with bundle.open("rb") as file:
        opened = read_bundle(file)
    lines = list(opened.lines)
    at = next(n for n, line in enumerate(lines) if b'"PassDetected"' in line)
    lines[at] = lines[at].replace(b'"edges":1', b'"edges":2')
    code, said = verify(
        written(with_lines(opened, tuple(lines)), tmp_path / "x.zip"), "--data", str(folder)
    )
    assert code == 1
    assert f"act {at + 1}" in said
