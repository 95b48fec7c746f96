"""``paddock results verify`` drives virtual runs again: bit-identical, changed, not comparable."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from hashlib import sha256 as hash_of
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from car_agent.worker.link import ServerLink
from car_agent.worker.work import Worker
from hardware.virtual.tracks.documents import track_of
from hardware.virtual.tracks.ground import write_ground
from hardware.virtual.world.looks import PLAIN_LOOKS
from hardware.virtual.world.scenery import TEXELS_PER_M, paint
from tests.timing_server.service.results.golden_bundle import canonical, rechained, with_lines
from tests.timing_server.web.live_server import Organiser, organising
from tests.timing_server.web.virtual.league import (
    Guests,
    enter,
    library_model,
    virtual_stage,
)
from timing_server.adapters.folder.data_folder import DataFolder
from timing_server.adapters.folder.venue_key import open_venue_key
from timing_server.contract.server.tracks import Ground, TrackDocument
from timing_server.results_cli import results_app
from timing_server.rules.stored.codec import chain_hash
from timing_server.service.results.archive import Bundle, read_bundle, write_bundle
from timing_server.service.results.seals import Sealer, sign_manifest

OWN_TRACK = "cd" * 16
POINTS = ((0.0, 0.0), (4.0, 0.0), (4.0, 3.0), (0.0, 3.0))


def mat() -> Ground:
    """A mat as somebody photographed it: worn, and of other colours than a drawn track's."""
    track = track_of(TrackDocument(name="Our hall", points=POINTS, width_m=0.9))
    worn = replace(PLAIN_LOOKS, road_bgr=(70, 60, 55), field_bgr=(60, 70, 120))
    painted = paint(track, worn)
    picture = painted.levels[2]
    height_m, width_m = (4 * side / TEXELS_PER_M for side in picture.shape[:2])
    left_m, top_m = painted.origin_m
    return write_ground(picture, left_m, top_m, width_m, height_m)


def keep_track(organiser: Organiser) -> None:
    """Bring a track with a picture as a file, and save it."""
    document = TrackDocument(name="Our hall", points=POINTS, width_m=0.9, ground=mat())
    answer = organiser.http.post(
        "/tracks/imports?kind=track", content=document.model_dump_json().encode()
    )
    assert answer.is_success, answer.text
    body = {
        "name": "Our hall",
        "points": POINTS,
        "width_m": 0.9,
        "ground_from": answer.json()["ground_id"],
    }
    assert organiser.http.put(f"/tracks/{OWN_TRACK}", json=body).is_success


@dataclass(frozen=True)
class Raced:
    """A server's data folder, and the bundles of its race without models and with them."""

    folder: Path
    bundle: Path
    whole: Path


@pytest.fixture(scope="module")
def raced(tmp_path_factory: pytest.TempPathFactory) -> Raced:
    """Three runs: over a photographed mat that was sealed, among boxes, and of a wild model."""
    folder = tmp_path_factory.mktemp("server")
    made = Raced(folder, folder / "league.zip", folder / "whole.zip")
    with organising(folder) as organiser:
        guests = Guests(organiser)
        keep_track(organiser)
        plan = virtual_stage(organiser, laps=2, track_id=OWN_TRACK, seed=None, is_sealed=True)
        driver = guests.driver("Apex Otter")
        entry_id = enter(organiser, plan, driver)
        # By this seed it runs into a box within a lap that it completes.
        boxes = {"track_id": "oval", "laps": 1, "race_kind": "objects", "objects": 3, "seed": 9}
        esses = {"track_id": "esses", "laps": 3, "resets_max": 20, "seed": 5}
        for stage_id, model in (
            (plan["stage_id"], "cautious"),
            (_stage(organiser, plan, "Boxes", boxes), "cautious"),
            (_stage(organiser, plan, "Esses", esses), "wild"),
        ):
            sha256 = driver.bring(library_model(model))
            body = {"entry_id": entry_id, "model_sha256": sha256}
            path = f"{plan['path']}/stages/{stage_id}/submissions"
            assert driver.http.post(path, json=body).status_code == 201
        token = organiser.token("worker", "worker-1")
        link = ServerLink(organiser.url.removesuffix("/api/v1"), "worker-1", token)
        assert Worker(link, lambda _: None).work(is_once=True) == 3
        link.close()
        results = f"{plan['path']}/results"
        made.bundle.write_bytes(organiser.http.get(f"{results}/bundle.zip").content)
        made.whole.write_bytes(organiser.http.get(f"{results}/bundle-with-models.zip").content)
        assert driver.http.get(f"{results}/bundle-with-models.zip").status_code == 403
        guests.close()
    return made


def _stage(organiser: Organiser, plan: dict[str, Any], title: str, rules: dict[str, Any]) -> str:
    stage_id = str(organiser.post(f"{plan['path']}/stages", {"title": title})["stage_id"])
    first = organiser.get(f"{plan['path']}/stages/virtual")[0]
    body = {**rules, **{key: first[key] for key in ("opens_utc", "closes_utc")}}
    path = f"{plan['path']}/stages/{stage_id}/virtual"
    assert organiser.http.put(path, json=body).is_success
    return stage_id


@pytest.fixture(autouse=True)
def _own_known_venues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))


def verify(bundle: Path, *more: str) -> tuple[int, str]:
    done = CliRunner().invoke(results_app, ["verify", str(bundle), *more])
    return done.exit_code, f"{done.output}{done.exception or ''}"


def opened(path: Path) -> Bundle:
    with path.open("rb") as file:
        return read_bundle(file)


def facts_of(bundle: Bundle) -> list[dict[str, Any]]:
    return [json.loads(line) for line in bundle.lines]


def sealed_anew(folder: Path, bundle: Bundle, facts: Sequence[dict[str, Any]]) -> Bundle:
    """Return a bundle of other facts, chained anew and signed with the venue's own key."""
    bent = with_lines(bundle, rechained([canonical(each) for each in facts]))
    key = open_venue_key(DataFolder(folder))
    manifest = json.loads(bent.manifest)
    seals = Sealer(key).seals(manifest["event_id"], [chain_hash(line) for line in bent.lines])
    manifest["members"]["seals.bin"] = hash_of(seals).hexdigest()
    text = json.dumps(manifest).encode()
    signature = sign_manifest(key, text)
    return replace(bent, seals=seals, manifest=text, signature=signature)


def bent(raced: Raced, path: Path, kind: str, change: Any) -> int:
    """Write the whole bundle with one fact changed, sealed anew; return that fact's number.

    ``change`` None leaves the fact out.
    """
    bundle = opened(raced.whole)
    facts = facts_of(bundle)
    at = next(number for number, each in enumerate(facts) if each["type"] == kind)
    if change is None:
        del facts[at]
    else:
        change(facts[at]["body"])
    write(sealed_anew(raced.folder, bundle, facts), path)
    return at + 1


def write(bundle: Bundle, path: Path) -> None:
    with path.open("wb") as file:
        write_bundle(bundle, file)


def moved(name: str, by: int) -> Any:
    def change(body: dict[str, Any]) -> None:
        body[name] += by

    return change


def said_otherwise(name: str, value: Any) -> Any:
    def change(body: dict[str, Any]) -> None:
        assert body[name] != value
        body[name] = value

    return change


def test_the_bundle_alone_proves_every_run(raced: Raced, tmp_path: Path) -> None:
    """It should need nothing else: models, and the track with its picture, are in it."""
    code, said = verify(raced.whole, "--data", str(tmp_path / "nothing"), "--strict")
    assert code == 0, said
    assert "1 of 3: heat 1 (Apex Otter): bit-identical (" in said
    assert "3 virtual runs driven again: bit-identical." in said
    names = set(opened(raced.whole).files)
    assert sum(name.startswith("models/") for name in names) == 2
    assert sum(name.startswith("tracks/") for name in names) == 1


def test_the_public_bundle_leaves_models_at_home(raced: Raced, tmp_path: Path) -> None:
    """It should carry the track, say which models it lacks, and take them from a folder."""
    nothing = ("--data", str(tmp_path / "nothing"))
    assert [name[:7] for name in opened(raced.bundle).files] == ["tracks/"]
    code, said = verify(raced.bundle, *nothing)
    assert (code, "3 not driven again." in said) == (0, True), said
    assert "bit-identical" not in said
    code, said = verify(raced.bundle, *nothing, "--strict")
    assert (code, "isn't here; see --models" in said) == (1, True), said
    models = tmp_path / "models"
    models.mkdir()
    for kept in (raced.folder / "models").glob("*.onnx"):
        (models / f"any-{kept.name[:4]}.onnx").write_bytes(kept.read_bytes())
    code, said = verify(raced.bundle, *nothing, "--models", str(models))
    assert code == 0, said
    assert "3 virtual runs driven again: bit-identical." in said


def test_the_servers_data_has_both(raced: Raced) -> None:
    """It should find models and tracks where the race was driven."""
    code, said = verify(raced.bundle, "--data", str(raced.folder), "--strict", "--heat", "1")
    assert code == 0, said


@pytest.mark.parametrize(
    ("kind", "heat", "change"),
    [
        ("PassDetected", 1, moved("mono_ns", -1)),
        ("PassDetected", 1, None),
        ("ResetMarked", 3, moved("reset_race_ns", 1)),
        ("ResetMarked", 3, None),
        ("PenaltyGiven", 2, moved("penalty_ns", -1_000_000_000)),
        ("PenaltyGiven", 2, None),
        ("RunEquipped", 1, said_otherwise("model_sha256", "ab" * 32)),
        ("RunSimulated", 1, moved("seed", 1)),
        ("RunSimulated", 1, moved("sim_ns", 1)),
        ("RunSimulated", 1, said_otherwise("model_sha256", "ab" * 32)),
        ("RunSimulated", 1, said_otherwise("track_sha256", "ab" * 32)),
    ],
)
def test_a_venue_that_bends_its_own_log_is_found_out(
    raced: Raced, tmp_path: Path, kind: str, heat: int, change: Any
) -> None:
    """It should name the fact that was changed, though chain and seals were computed anew."""
    seq = bent(raced, tmp_path / "bent.zip", kind, change)
    nothing = ("--data", str(tmp_path / "nothing"))
    code, said = verify(tmp_path / "bent.zip", "--heat", str(heat), *nothing)
    assert code == 1, said
    assert f"act {seq} (" in said, said
    assert "isn't what this model, track and seed give" in said


@pytest.mark.parametrize(
    ("kind", "change", "sentence"),
    [
        ("SubmissionMade", moved("seed", 1), "seed="),
        ("SubmissionMade", said_otherwise("model_sha256", "ab" * 32), "model_sha256="),
        ("SubmissionMade", None, "of a model that nobody submitted"),
        ("RunSimulated", None, "nothing says what it was driven with"),
        ("TrackRevealed", said_otherwise("salt", "x"), "another track than the one that was seale"),
    ],
)
def test_facts_that_contradict_each_other_are_named(
    raced: Raced, tmp_path: Path, kind: str, change: Any, sentence: str
) -> None:
    """It should say which fact has nothing to stand on, without driving that run."""
    bent(raced, tmp_path / "bent.zip", kind, change)
    nothing = ("--data", str(tmp_path / "nothing"))
    code, said = verify(tmp_path / "bent.zip", "--heat", "1", *nothing)
    assert code == 1, said
    assert sentence in said, said


def test_another_simulator_is_not_comparable(raced: Raced, tmp_path: Path) -> None:
    """It should name the fact and what differs, refuse nothing, and with --strict refuse it.

    Nothing in a file tells a simulator that was made up from one that this machine hasn't.
    """

    def elsewhere(body: dict[str, Any]) -> None:
        body["simulator"]["source_sha256"] = "ab" * 32

    seq = bent(raced, tmp_path / "other.zip", "RunSimulated", elsewhere)
    code, said = verify(tmp_path / "other.zip", "--heat", "1")
    assert code == 0, said
    assert f"not comparable by fact {seq} (source_sha256: abab" in said
    assert "everything else is the same" in said
    assert "1 not comparable" in said
    code, said = verify(tmp_path / "other.zip", "--heat", "1", "--strict")
    assert (code, f"not comparable by fact {seq}" in said) == (1, True)


def test_a_picture_is_part_of_the_track(raced: Raced, tmp_path: Path) -> None:
    """It should refuse another ground under the same line, though the venue signed it."""
    bundle = opened(raced.whole)
    (name,) = (each for each in bundle.files if each.startswith("tracks/"))
    bare = {**json.loads(bundle.files[name]), "ground": None}
    content = json.dumps(bare).encode()
    manifest = json.loads(bundle.manifest)
    manifest["members"][name] = hash_of(content).hexdigest()
    text = json.dumps(manifest).encode()
    files = {**bundle.files, name: content}
    signature = sign_manifest(open_venue_key(DataFolder(raced.folder)), text)
    other = replace(bundle, manifest=text, signature=signature, files=files)
    write(other, tmp_path / "bare.zip")
    code, said = verify(tmp_path / "bare.zip", "--heat", "1", "--data", str(tmp_path / "nothing"))
    assert code == 1, said
    assert "the hash of another track than the one that came along" in said


def test_a_changed_fact_breaks_the_chain(raced: Raced, tmp_path: Path) -> None:
    """It should be named before anything is driven, where nobody signed anew."""
    bundle = opened(raced.bundle)
    lines = list(bundle.lines)
    at = next(n for n, line in enumerate(lines) if b'"PassDetected"' in line)
    lines[at] = lines[at].replace(b'"edges":1', b'"edges":2')
    write(with_lines(bundle, tuple(lines)), tmp_path / "x.zip")
    code, said = verify(tmp_path / "x.zip", "--data", str(raced.folder))
    assert code == 1
    assert f"act {at + 1}" in said


def test_the_command_exports_models_where_it_is_told_to(raced: Raced, tmp_path: Path) -> None:
    """It should leave them out by itself, and say what goes along."""
    for more, models_n in (((), 0), (("--with-models",), 2)):
        path = tmp_path / f"{models_n}.zip"
        wanted = ["export", "--event", "Online league", "--bundle", str(path), *more]
        done = CliRunner().invoke(results_app, [*wanted, "--data", str(raced.folder)])
        assert done.exit_code == 0, done.output
        assert f"facts, {models_n} models, 1 tracks, " in done.output
        assert sum(name.startswith("models/") for name in opened(path).files) == models_n
