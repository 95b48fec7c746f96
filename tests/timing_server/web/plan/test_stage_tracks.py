"""The track of a stage of real cars over HTTP: from the library, into results, files and copies."""

import csv
import io
import zipfile
from typing import Any

from tests.timing_server.web.live_server import Organiser

LOOP_ID = "a0" * 16
LOOP = [[0, 0], [4, 0], [6, 2], [4, 4], [0, 4], [-2, 2]]


def put(organiser: Organiser, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Replace something, expecting success."""
    answer = organiser.http.put(path, json=body)
    assert answer.is_success, answer.text
    outcome: dict[str, Any] = answer.json()
    return outcome


def track_of(organiser: Organiser, path: str) -> list[tuple[str | None, str | None]]:
    rows = organiser.get(f"{path}/stages")
    return [(each["track"], each["track_sha256"]) for each in rows]


def test_a_stage_is_told_its_track_in_any_way(organiser: Organiser) -> None:
    """It should take it with the plan or by itself, hash it, and refuse one that isn't there."""
    plan = organiser.plan(track_id="oval")
    ((name, sha256),) = track_of(organiser, plan["path"])
    assert name == "oval"
    assert sha256 is not None
    assert len(sha256) == 64
    path = f"{plan['path']}/stages/{plan['stage_id']}/track"
    assert put(organiser, path, {"track_id": "demo"})["facts"] == ["TrackLaid"]
    assert track_of(organiser, plan["path"])[0][0] == "demo"
    put(organiser, path, {"track_id": None})
    assert track_of(organiser, plan["path"]) == [(None, None)]
    problem = organiser.refusal(path, {"track_id": "nowhere"}, method="PUT")
    assert (problem["status"], problem["code"]) == (404, "unknown_track")


def test_what_was_told_of_a_stage_that_runs_is_corrected_with_a_reason(
    organiser: Organiser,
) -> None:
    """It should ask why, and note it."""
    plan = organiser.plan(track_id="oval")
    path = f"{plan['path']}/stages/{plan['stage_id']}/track"
    heat_id = organiser.start_next(plan)
    problem = organiser.refusal(path, {"track_id": "demo"}, method="PUT")
    assert (problem["status"], problem["code"]) == (409, "no_reason")
    put(organiser, path, {"track_id": "demo", "reason": "it lay here since Friday"})
    assert track_of(organiser, plan["path"])[0][0] == "demo"
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")


def test_results_files_and_copies_have_the_track(organiser: Organiser) -> None:
    """It should stand in results and CSV, go along in a bundle, and be that of a copied event."""
    own = {"name": "Gym loop", "points": LOOP, "width_m": 0.6}
    put(organiser, f"/tracks/{LOOP_ID}", own)
    plan = organiser.plan(track_id=LOOP_ID)
    ((_, sha256),) = track_of(organiser, plan["path"])
    results = f"{plan['path']}/results"
    (stage,) = organiser.get(results)["stages"]
    assert (stage["track"], stage["track_sha256"], stage["is_virtual"]) == (
        *("Gym loop", sha256),
        False,
    )
    heat_id = organiser.start_next(plan)
    organiser.post(f"{plan['path']}/heats/{heat_id}/stop")
    told = organiser.http.get(f"{results}/runs.csv").content.decode("utf-8-sig")
    (row,) = csv.DictReader(io.StringIO(told))
    assert (row["track"], row["track_sha256"], row["is_virtual"]) == ("Gym loop", sha256, "False")
    for name in ("results.html", "results.pdf"):
        assert organiser.http.get(f"{results}/{name}").is_success
    assert "Track: Gym loop" in organiser.http.get(f"{results}/results.html").text
    bundle = organiser.http.get(f"{results}/bundle.zip").content
    assert f"tracks/{sha256}.track" in zipfile.ZipFile(io.BytesIO(bundle)).namelist()
    copy = organiser.post("/events", {"name": "Again", "like": plan["event_id"]})
    assert track_of(organiser, f"/events/{copy['event_id']}") == [("Gym loop", sha256)]
