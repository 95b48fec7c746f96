"""The example of a whole event day, run against a real server, its results computed by hand.

By hand, from the rules alone:

- Qualifying, best lap of two runs. Number n's best is 40 + n ms. Number 10 finds 49 ms in round 2
  and ties with number 9; its second-best lap (50 against 51) puts it ahead. Numbers 13 and 14 are
  both cut to 53 ms, and their second-best to 55; the third-best (58 against 59) decides. Number 6
  never turned up. The false trigger of number 9, the missed pass of number 4, the wrong car of
  number 11 and the struck lap of number 7 leave no trace once put right.
- The cut: two of each region (1, 4 north; 2, 5 south; 3, 9 east, as number 6 isn't there), then the
  two best who are left (7, 8). Number 5 withdraws; the next in line is number 10, at its place.
- The knock-out, quicker lap of a duel: 10 beats 4 and 1, 3 beats 7 and 2; bronze to 1 before 2.
- The final, total of two laps: 1 has 91; 3 has 43 + 47 and a penalty of 2, 10 has 44 + 48 (48.5 is
  cut), which is equal, and the better best lap is number 3's.
"""

from collections.abc import Iterator
from typing import Any

import pytest

from docs.examples.client import Api
from docs.examples.university_event import driver_name, run_day
from tests.timing_server.web.live_server import Organiser, organising

#: Start number and best lap in ms, best first.
QUALIFYING = [
    *[(1, 41), (2, 42), (3, 43), (4, 44), (5, 45), (7, 47), (8, 48), (10, 49), (9, 49)],
    *[(11, 51), (12, 52), (13, 53), (14, 53), (15, 55), (16, 56), (17, 57), (18, 58)],
    *[(19, 59), (20, 60), (21, 61), (22, 62), (23, 63), (24, 64)],
]
FIELD = [1, 2, 3, 4, 10, 7, 8, 9]
KNOCKOUT = [10, 3, 1, 2, 4, 7, 8, 9]
FINAL = [(1, 1, 91), (2, 3, 92), (3, 10, 92)]


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Organiser, Any]]:
    folder = tmp_path_factory.mktemp("university")
    with organising(folder) as client:
        token = str(client.http.headers["Authorization"]).removeprefix("Bearer ")
        desk = Api(client.url.removesuffix("/api/v1"), token)
        yield client, run_day(client.url.removesuffix("/api/v1"), desk)
        desk.close()


def test_the_days_standings_are_those_computed_by_hand(day: tuple[Organiser, Any]) -> None:
    """It should end as the rules say, whatever went wrong on the way."""
    _, results = day
    standings = results["standings"]
    assert [(row["rank"], row["driver"], row["value_us"]) for row in standings["qualifying"]] == [
        (rank, driver_name(number), best_ms * 1000)
        for rank, (number, best_ms) in enumerate(QUALIFYING, start=1)
    ] + [(len(QUALIFYING) + 1, driver_name(6), None)]
    assert standings["qualifying"][-1]["status"] == "dns"
    decided = {
        row["driver"]: row["decided_by"] for row in standings["qualifying"] if row["decided_by"]
    }
    assert decided == {
        driver_name(10): "second_best_lap",
        driver_name(9): "second_best_lap",
        driver_name(13): "third_best_lap",
        driver_name(14): "third_best_lap",
    }
    assert results["knockout_field"] == FIELD
    assert [row["driver"] for row in standings["knockout"]] == [
        driver_name(each) for each in KNOCKOUT
    ]
    assert [(row["rank"], row["driver"], row["value_us"]) for row in standings["final"]] == [
        (rank, driver_name(number), total_ms * 1000) for rank, number, total_ms in FINAL
    ]
    assert standings["final"][1]["decided_by"] == "best_lap"
    assert {row["is_ranked"] for row in standings["practice"]} == {False}


def test_the_lap_of_a_hand_made_pass_is_marked_as_close(day: tuple[Organiser, Any]) -> None:
    """It should say '≈' where a hand is less precise than the gap, and change no order."""
    _, results = day
    close = [row["rank"] for row in results["standings"]["qualifying"] if row["is_close"]]
    assert close
    assert 4 in close


def test_everybody_can_read_who_ruled_what_and_why(day: tuple[Organiser, Any]) -> None:
    """It should show each ruling of the day with its reason to a stranger, reversed ones too."""
    client, results = day
    headers = {"Authorization": ""}
    answer = client.http.get(f"/events/{results['event_id']}/rulings", headers=headers)
    kinds = [each["kind"] for each in answer.json()]
    assert {"PassVoided", "LapVoided", "ProtestLodged", "ProtestDecided", "PenaltyGiven"} <= set(
        kinds
    )
    assert all(each["actor"] and each["wall_utc"] for each in answer.json())
    reversed_kinds = [each["kind"] for each in answer.json() if each["is_reversed"]]
    assert reversed_kinds == ["LapVoided"]


def test_the_withdrawn_finalist_and_who_took_the_place_are_shown(
    day: tuple[Organiser, Any],
) -> None:
    """It should say at the cut that number 10 races in number 5's place."""
    client, results = day
    path = f"/events/{results['event_id']}"
    stages = client.get(f"{path}/stages")
    knockout = next(each["stage_id"] for each in stages if each["kind"] == "knockout")
    entries = {each["entry_id"]: each["number"] for each in client.get(f"{path}/entries")}
    cut = client.get(f"{path}/stages/{knockout}/cut")["entries"]
    replaced = {
        entries[key]: entries[each["replaces"]] for key, each in cut.items() if each["replaces"]
    }
    assert replaced == {10: 5}
