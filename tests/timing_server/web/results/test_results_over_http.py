"""Results over the public interface: as JSON, as files, as a bundle, with awards."""

import csv
import io
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from tests.timing_server.web.live_server import Organiser, organising
from timing_server.service.results.archive import read_bundle
from timing_server.service.results.checking import check_bundle

FILES = {
    "results.csv": ("text/csv", b"\xef\xbb\xbfstage,"),
    "laps.csv": ("text/csv", b"\xef\xbb\xbfstage,"),
    "runs.csv": ("text/csv", b"\xef\xbb\xbfstage,"),
    "results.json": ("application/json", b"{"),
    "results.html": ("text/html", b"<!doctype html>"),
    "results.pdf": ("application/pdf", b"%PDF-"),
    "heats.pdf": ("application/pdf", b"%PDF-"),
    "drivers.pdf": ("application/pdf", b"%PDF-"),
    "certificates.pdf": ("application/pdf", b"%PDF-"),
    "bundle.zip": ("application/zip", b"PK"),
}


@pytest.mark.parametrize("name", FILES)
def test_every_file_can_be_had_without_a_login(
    name: str, organiser: Organiser, plan: dict[str, Any]
) -> None:
    """It should give each file to keep, under its own type, to anybody."""
    path = f"{plan['path']}/results/{name}"
    answer = organiser.http.get(path, headers={"Authorization": ""})
    assert answer.status_code == 200, answer.text
    media_type, start = FILES[name]
    assert answer.headers["content-type"].startswith(media_type)
    assert answer.content.startswith(start)
    assert name in answer.headers["content-disposition"]
    assert "content-security-policy" in answer.headers


@pytest.mark.parametrize("name", FILES)
def test_an_unknown_event_has_no_files(name: str, organiser: Organiser) -> None:
    """It should say that there is no such event."""
    problem = organiser.refusal(f"/events/nowhere/results/{name}", method="GET")
    assert (problem["status"], problem["code"]) == (404, "unknown_event")


def test_results_tell_places_rows_heats_and_the_venues_key(
    organiser: Organiser, plan: dict[str, Any]
) -> None:
    """It should tell everything about the event at once."""
    told = organiser.get(f"{plan['path']}/results")
    assert [(each["place"], each["driver"]) for each in told["places"]] == [
        (1, "Turbo Tester 1"),
        (2, "Turbo Tester 0"),
    ]
    (stage,) = told["stages"]
    assert [row["value_us"] for row in stage["rows"]] == [70_000, 80_000]
    assert stage["rows"][1]["gap_us"] == 10_000
    laps = [[lap["duration_us"] for lap in heat["runs"][0]["laps"]] for heat in told["heats"]]
    assert laps == [[90_000, 80_000], [70_000]]
    assert told["facts"] == organiser.get(f"{plan['path']}/view")["seq"]


def test_the_bundle_is_the_log_signed_with_the_key_that_results_show(
    organiser: Organiser, plan: dict[str, Any]
) -> None:
    """It should verify under the fingerprint on the results, and rank alike."""
    told = organiser.get(f"{plan['path']}/results")
    content = organiser.http.get(f"{plan['path']}/results/bundle.zip").content
    checked = check_bundle(read_bundle(io.BytesIO(content)), told["venue_key"])
    assert checked.manifest.head_hash == told["head_hash"]
    log = organiser.get(f"{plan['path']}/log?limit=1000")["facts"]
    assert len(checked.lines) == len(log)


def test_sheets_of_a_heat_and_of_an_entry(organiser: Organiser, plan: dict[str, Any]) -> None:
    """It should tell one heat, and one entry's way through the event."""
    heat = organiser.get(f"{plan['path']}/results/heats/{plan['heats'][0]}")
    assert [lap["is_best"] for lap in heat["runs"][0]["laps"]] == [False, True]
    entry = organiser.get(f"{plan['path']}/results/entries/{plan['entries'][1]}")
    assert (entry["place"]["place"], len(entry["heats"])) == (1, 1)
    assert entry["rows"][plan["stage_id"]]["best_lap_us"] == 70_000
    assert (list(entry["protests_close_us"]), entry["playable_heats"]) == ([plan["heats"][1]], [])
    for path in ("heats/nothing", "entries/nothing"):
        problem = organiser.refusal(f"{plan['path']}/results/{path}", method="GET")
        assert problem["status"] == 404


def test_csv_holds_what_was_driven(organiser: Organiser, plan: dict[str, Any]) -> None:
    """It should have a line for each lap."""
    text = organiser.http.get(f"{plan['path']}/results/laps.csv").content.decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert [row["duration_us"] for row in rows] == ["90000", "80000", "70000"]


def test_html_speaks_the_readers_language(organiser: Organiser, plan: dict[str, Any]) -> None:
    """It should word the file in Spanish where that is asked for, and load nothing."""
    text = organiser.http.get(f"{plan['path']}/results/results.html?lang=es").text
    assert "Resultados" in text
    loading = {"script", "img", "link", "iframe", "object", "embed"}

    class Tags(HTMLParser):
        def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
            assert tag not in loading
            assert not any(name in {"src", "srcset", "onclick"} for name, _ in attrs)

    Tags().feed(text)


def test_own_awards_are_given_and_taken_back(organiser: Organiser, plan: dict[str, Any]) -> None:
    """It should list the organiser's own award beside the computed ones until it is taken back."""
    path = f"{plan['path']}/awards"
    body = {"title": "Best livery", "entry_id": plan["entries"][0], "reason": "so orange"}
    given = organiser.post(path, body, **{"Idempotency-Key": "livery"})
    assert organiser.post(path, body, **{"Idempotency-Key": "livery"}) == given
    (own,) = [each for each in organiser.get(path) if each["kind"] == "own"]
    assert (own["title"], own["driver"]) == ("Best livery", "Turbo Tester 0")
    organiser.http.delete(f"{path}/{given['award_id']}")
    assert [each for each in organiser.get(path) if each["kind"] == "own"] == []
    problem = organiser.refusal(f"{path}/{given['award_id']}", method="DELETE")
    assert problem["code"] == "unknown_award"
    problem = organiser.refusal(path, {**body, "entry_id": "nobody"})
    assert problem["code"] == "unknown_entry"


def test_a_forgotten_driver_is_in_no_export(organiser: Organiser, plan: dict[str, Any]) -> None:
    """It should show the number where the name was, and change no result."""
    before = organiser.get(f"{plan['path']}/results")
    driver_id = organiser.get(f"{plan['path']}/entries")[0]["driver_ids"][0]
    organiser.post(f"/drivers/{driver_id}/forget")
    after = organiser.get(f"{plan['path']}/results")
    assert "Turbo Tester 0" not in str(after)
    values = [[row["value_us"] for row in told["stages"][0]["rows"]] for told in (before, after)]
    assert values[0] == values[1]
    content = organiser.http.get(f"{plan['path']}/results/bundle.zip").content
    bundle = read_bundle(io.BytesIO(content))
    assert b"Turbo Tester 0" not in bundle.names + bundle.plan + b"".join(bundle.lines)
    assert after["head_hash"] == before["head_hash"]


def test_an_event_of_another_venue_is_read_in_and_shown(
    organiser: Organiser, plan: dict[str, Any], tmp_path: Path
) -> None:
    """It should show another server's event with the same results, and add nothing to it."""
    award = {"title": "Best livery", "entry_id": plan["entries"][1], "reason": "so green"}
    given = organiser.post(f"{plan['path']}/awards", award)
    content = organiser.http.get(f"{plan['path']}/results/bundle.zip").content
    told = organiser.get(f"{plan['path']}/results")
    organiser.http.delete(f"{plan['path']}/awards/{given['award_id']}")
    with organising(tmp_path) as other:
        query = f"?venue_key={told['venue_key']}"
        answer = other.http.post(f"/events/import{query}", content=content)
        assert answer.status_code == 201, answer.text
        shown = other.get(f"{plan['path']}/results")
        assert (shown["stages"], shown["heats"]) == (told["stages"], told["heats"])
        assert shown["name"] == told["name"]
        (own_award,) = [each for each in shown["awards"] if each["kind"] == "own"]
        assert own_award in told["awards"]
        assert shown["venue_key"] == told["venue_key"]
        own = other.refusal(f"{plan['path']}/results/bundle.zip", method="GET")
        assert (own["status"], own["code"]) == (409, "event_imported")
        problem = other.refusal(f"{plan['path']}/next")
        assert (problem["status"], problem["code"]) == (409, "event_imported")
        wrong = other.http.post("/events/import?venue_key=0000", content=content)
        assert (wrong.status_code, wrong.json()["code"]) == (422, "bundle_of_strange_venue")
        odd = other.http.post("/events/import", content=b"no bundle")
        assert (odd.status_code, odd.json()["code"]) == (422, "bundle_unreadable")
