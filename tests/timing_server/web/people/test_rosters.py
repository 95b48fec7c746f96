"""Whole rosters: every problem by its row, then all or nothing."""

from pathlib import Path
from typing import Any

import pytest

from tests.thoroughness import share_of_examples
from tests.timing_server.web.live_server import Organiser, organising

ROSTER = (
    "\ufeffNombre;Apodo;Dorsal;Equipo;Región;Clase;País;Notas\r\n"
    "Mina Apex;;4;Kerb Riders;North;Open;es;tall\r\n"
    "\r\n"
    '"Chicane; Rusty";Rusty;;kerb riders;South;Open;;\r\n'
)


@pytest.fixture
def event(organiser: Organiser) -> str:
    """A planned event."""
    return str(organiser.post("/events", {"name": "Cup"})["event_id"])


def preview(organiser: Organiser, event: str, csv: str) -> Any:
    return organiser.post(f"/events/{event}/roster/preview", {"csv": csv})


def test_a_roster_becomes_drivers_and_entries(organiser: Organiser, event: str) -> None:
    """It should read what a Spanish spreadsheet writes, and do what the preview said."""
    before = len(organiser.get("/drivers"))
    seen = preview(organiser, event, ROSTER)
    assert (seen["rows_n"], seen["problems_n"], seen["new_n"]) == (2, 0, 2)
    assert seen["ignored_columns"] == ["Notas"]
    assert [each["row"] for each in seen["rows"]] == [2, 4]
    assert len(organiser.get("/drivers")) == before
    done = organiser.post(f"/events/{event}/roster", {"csv": ROSTER})
    assert (done["drivers_added"], done["entries_added"]) == (2, 2)
    rows = organiser.get(f"/events/{event}/entries")
    assert [(each["number"], each["name"]) for each in rows] == [
        *((4, "Mina Apex"), (5, "Chicane; Rusty")),
    ]
    added = [each["fact"]["body"] for each in organiser.get(f"/events/{event}/log")["facts"][-2:]]
    assert len({each["team_id"] for each in added}) == 1
    assert [each["region"] for each in added] == ["North", "South"]


def test_rows_without_a_number_take_nobodys(organiser: Organiser, event: str) -> None:
    """It should number them behind every number of the event and of the roster."""
    driver = organiser.post("/drivers", {"name": "Early Bird"})["driver_id"]
    organiser.post(f"/events/{event}/entries", {"driver_ids": [driver], "number": 3})
    csv = "name,number\nFirst Kerb,\nSecond Kerb,4\nThird Kerb,\n"
    assert [each["number"] for each in preview(organiser, event, csv)["rows"]] == [5, 4, 6]
    organiser.post(f"/events/{event}/roster", {"csv": csv})
    rows = organiser.get(f"/events/{event}/entries")
    assert [each["number"] for each in rows] == [3, 5, 4, 6]


def test_a_roster_may_come_again(organiser: Organiser, event: str) -> None:
    """It should know the people again, change what the rows give, and enter nobody twice."""
    organiser.post(f"/events/{event}/roster", {"csv": "name,sponsor\nNova Kerb,Old Sponsor\n"})
    again = "name,nickname,shown_as\nNova Kerb,Novita,apodo\nPit Lane,,\n"
    seen = preview(organiser, event, again)
    assert (seen["new_n"], seen["known_n"], seen["entered_n"]) == (1, 1, 1)
    done = organiser.post(f"/events/{event}/roster", {"csv": again})
    assert (done["drivers_changed"], done["entries_added"]) == (1, 1)
    names = [each["name"] for each in organiser.get(f"/events/{event}/entries")]
    assert names == ["Novita", "Pit Lane"]
    (nova,) = [each for each in organiser.get("/drivers/profiles") if each["name"] == "Nova Kerb"]
    assert (nova["sponsor"], nova["nickname"]) == ("Old Sponsor", "Novita")


@pytest.mark.parametrize(
    ("csv", "found"),
    [
        ("nickname\nx\n", (1, "name", "no_name_column")),
        ("name,driver\na,b\n", (1, "name", "column_repeated")),
        ("name,sponsor\n,Kerb\n", (2, "name", "name_missing")),
        ("name\na\u202eb\n", (2, "name", "value_refused")),
        ("name\n" + "x" * 41 + "\n", (2, "name", "value_refused")),
        ("name,colour\nMina,red\n", (2, "colour", "value_refused")),
        ("name,country\nMina,Spain\n", (2, "country", "value_refused")),
        ("name,shown_as\nMina,hidden\n", (2, "shown_as", "value_refused")),
        ("name,number\nMina,zero\n", (2, "number", "not_a_number")),
        ("name,number\nMina,100000\n", (2, "number", "not_a_number")),
        ("name,number\nMina,٣\n", (2, "number", "not_a_number")),
        ("name,number\nMina,3\nRusty,3\n", (2, "number", "number_repeated")),
        ("name\nMina\nmina\n", (3, "name", "name_repeated")),
        ("name\nMina,7\n", (2, "", "too_many_cells")),
        ("name\n" + "x" * 140_000, (2, "", "unreadable")),
        (" ", (1, "name", "no_name_column")),
    ],
)
def test_problems_have_a_row_and_a_code(
    organiser: Organiser, event: str, csv: str, found: tuple[int, str, str]
) -> None:
    """It should name row, column and reason, and take nothing of such a roster."""
    seen = preview(organiser, event, csv)
    first = seen["problems"][0]
    assert (first["row"], first["column"], first["code"]) == found
    refused = organiser.refusal(f"/events/{event}/roster", {"csv": csv})
    assert (refused["code"], refused["params"]["row"]) == ("roster_has_problems", found[0])
    assert organiser.get(f"/events/{event}/entries") == []


def test_numbers_of_the_event_are_taken(organiser: Organiser, event: str) -> None:
    """It should refuse a number that an entry has, and a name that two drivers have."""
    drivers = [organiser.post("/drivers", {"name": "Twin Turbo"})["driver_id"] for _ in range(2)]
    body = {"driver_ids": drivers[:1], "number": 8}
    organiser.post(f"/events/{event}/entries", body)
    seen = preview(organiser, event, "name,number\nAyla Kerb,8\nTwin Turbo,9\n")
    codes = [each["code"] for each in seen["problems"]]
    assert codes == ["number_taken", "name_ambiguous"]


def test_a_roster_has_ten_thousand_rows_at_most(organiser: Organiser, event: str) -> None:
    """It should look at so many, and refuse one more."""
    text = "name\n" + "".join(f"Driver Number {n}\n" for n in range(10_000))
    seen = preview(organiser, event, text)
    assert (seen["rows_n"], seen["problems_n"]) == (10_000, 0)
    more = preview(organiser, event, text + "One Too Many\n")
    assert more["problems"][0]["code"] == "too_many_rows"


@pytest.mark.hypothesis
def test_a_great_roster_is_taken_at_once(tmp_path: Path) -> None:
    """It should take hundreds (by 'make soak' ten thousand), and have them after a start."""
    count = share_of_examples(25)
    rows = [
        f"Driver Number {n},Nick {n},{n},Team {n % 50},Region {n % 8}" for n in range(1, count + 1)
    ]
    header = "name,nickname,number,team,region\n"
    with organising(tmp_path) as organiser:
        organiser.http.timeout = 120.0
        event = organiser.post("/events", {"name": "Giant Cup"})["event_id"]
        organiser.get(f"/events/{event}/view")
        text = header + "\n".join(rows)
        wrong = text.replace("Driver Number 376,", " ,")
        seen = preview(organiser, event, wrong)
        assert [each["row"] for each in seen["problems"]] == [377]
        done = organiser.post(f"/events/{event}/roster", {"csv": text})
        assert done["entries_added"] == count
        view = organiser.get(f"/events/{event}/view")["view"]
        assert len(view["entries"]) == count
        assert len(organiser.get("/teams")) == 50
    with organising(tmp_path) as organiser:
        assert len(organiser.get(f"/events/{event}/entries")) == count
