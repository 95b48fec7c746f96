"""The calendar set from an organiser's device: what follows it, and what must not."""

import json
import sqlite3
from contextlib import closing
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from tests.timing_server.web.live_server import Node, Organiser, organising

HOUR = timedelta(hours=1)


@pytest.fixture
def organiser(tmp_path: Path) -> Any:
    with organising(tmp_path) as made:
        yield made


def set_clock(organiser: Organiser, utc: datetime, **headers: str) -> Any:
    body = {"now_utc": utc.isoformat()}
    answer = organiser.http.put("/clock/wall", json=body, headers=headers)
    assert answer.is_success, answer.text
    return answer.json()


def wall(organiser: Organiser) -> datetime:
    return datetime.fromisoformat(organiser.get("/clock/wall")["wall_utc"])


def off_by(organiser: Organiser) -> timedelta:
    """How far the server's calendar is from the real one, to the minute."""
    return timedelta(minutes=round((wall(organiser) - datetime.now(UTC)) / timedelta(minutes=1)))


def raced(organiser: Organiser, step: timedelta | None) -> dict[str, Any]:
    """Race a heat of known pass times, setting the calendar by a step in its middle."""
    plan = organiser.plan(dead_time_s=0)
    node = Node(organiser)
    organiser.start_next(plan)
    start = node.now_mono_ns()
    passes = [node.passing(start + n * 1_234_567) for n in range(9)]
    node.send(node.clock(), *passes[:4])
    if step is not None:
        set_clock(organiser, wall(organiser) + step)
    node.send(*passes[4:])
    heat: dict[str, Any] = organiser.get(f"{plan['path']}/view")["view"]["heat"]
    laps = [lap["duration_us"] for lap in heat["laps"].values()]
    window_us = heat["window_closes_us"] - heat["window_opens_us"]
    organiser.stop_running_heat()
    return {"laps": laps, "window_us": window_us, "phase": heat["phase"]}


def test_a_step_in_mid_heat_changes_no_lap(organiser: Organiser) -> None:
    """It should time the same laps in the same window, whichever way the calendar is set."""
    undisturbed = raced(organiser, None)
    assert len(undisturbed["laps"]) == 8
    assert raced(organiser, HOUR) == undisturbed
    assert raced(organiser, -HOUR) == undisturbed


def test_the_race_clock_goes_on(organiser: Organiser) -> None:
    """It should move no instant of the race: nobody is logged out, no window closes early."""
    before_ns = organiser.get("/clock")["race_ns"]
    set_clock(organiser, datetime.now(UTC) + timedelta(days=300))
    after_ns = organiser.get("/clock")["race_ns"]
    assert 0 < after_ns - before_ns < 60 * 10**9
    organiser.get("/credentials")


def test_it_is_a_fact_with_who_and_what(organiser: Organiser, tmp_path: Path) -> None:
    """It should log who set it, from what to what; later facts carry the new calendar."""
    wanted = datetime.now(UTC) + 24 * HOUR
    done = set_clock(organiser, wanted)
    assert done["is_machine_set"] is False, "nobody gave this machine to the server"
    assert datetime.fromisoformat(done["new_utc"]) == wanted
    with closing(sqlite3.connect(tmp_path / "paddock.sqlite3")) as database:
        (stored,) = database.execute("select stored from facts where type = 'ClockCorrected'")
    line = json.loads(stored[0])
    assert line["stream"] == "venue"
    body = line["body"]
    assert line["actor"] == "organiser"
    assert abs(body["offset_ns"] / 3.6e12 - 24) < 0.1
    assert body["old_utc"] < body["new_utc"]
    plan = organiser.plan()
    events = {each["event_id"]: each for each in organiser.get("/events")}
    assert events[plan["event_id"]]["created_utc"] >= wanted.isoformat()[:19]


def test_backups_are_named_by_it(organiser: Organiser) -> None:
    """It should name a backup by the corrected calendar."""
    set_clock(organiser, datetime(2031, 2, 3, 4, 5, tzinfo=UTC))
    assert organiser.post("/backups")["name"].startswith("20310203-0405")


def test_a_repeat_does_it_once(organiser: Organiser) -> None:
    """It should answer a repeat of the same key as the first time, and log nothing."""
    wanted = datetime.now(UTC) + HOUR
    first = set_clock(organiser, wanted, **{"Idempotency-Key": "once"})
    assert set_clock(organiser, wanted, **{"Idempotency-Key": "once"}) == first


def test_a_restart_keeps_it_and_applies_it_once(tmp_path: Path) -> None:
    """It should still be right after the server was restarted in the same boot, and not double."""
    with organising(tmp_path) as organiser:
        set_clock(organiser, datetime.now(UTC) + HOUR)
        assert off_by(organiser) == HOUR
    for _ in range(2):
        with organising(tmp_path) as organiser:
            assert off_by(organiser) == HOUR


@pytest.mark.parametrize("year", [1970, 2024, 2100])
def test_an_implausible_year(organiser: Organiser, year: int) -> None:
    """It should not believe a device whose own clock is wrong."""
    body = {"now_utc": f"{year}-05-01T00:00:00+00:00"}
    problem = organiser.refusal("/clock/wall", body, method="PUT")
    assert (problem["code"], problem["params"]) == ("clock_implausible", {"year": year})


def test_an_organiser_alone_sets_it(organiser: Organiser) -> None:
    """It should take nobody else's word."""
    token = organiser.token("marshal", "marshal-7")
    organiser.http.headers["Authorization"] = f"Bearer {token}"
    body = {"now_utc": datetime.now(UTC).isoformat()}
    assert organiser.refusal("/clock/wall", body, method="PUT")["code"] == "forbidden"
