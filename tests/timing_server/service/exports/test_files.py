"""CSV and HTML: what was driven, in words, and nothing that a name could do."""

import csv
import io
from html.parser import HTMLParser

import pytest

from tests.timing_server.service.exports.told import (
    ENGLISH,
    KEY,
    SPANISH,
    golden_results,
    with_driving,
    with_name,
    with_rows,
)
from timing_server.contract.race.measures import SpeedView
from timing_server.service.exports import shown
from timing_server.service.exports.csv_file import laps_csv, results_csv, runs_csv
from timing_server.service.exports.html_file import results_html
from timing_server.service.exports.wording import Wording

HOSTILE = (
    "<script>alert(1)</script>",
    '"><img src=x onerror=alert(1)>',
    "</style><body onload=alert(1)>",
    "Ünï Çödé Ñandú",
    "צפרדע",
)


def rows_of(content: bytes) -> list[dict[str, str]]:
    return list(csv.DictReader(io.StringIO(content.decode("utf-8-sig"))))


def test_results_as_csv() -> None:
    """It should have a line for each row of each stage, with exact microseconds."""
    rows = rows_of(results_csv(golden_results()))
    assert [(row["rank"], row["driver"], row["value_us"]) for row in rows] == [
        ("1", "Wild Wanda", "7310000"),
        ("2", "Apex Otter", "7984000"),
        ("3", "Captain Kerb", "7984000"),
        ("4", "Turbo Tortoise", "9120000"),
    ]
    assert rows[1]["decided_by"] == "second_best_lap"


def test_a_hand_timed_value_says_so() -> None:
    """It should mark what may be off by more than is shown, and give the bound in numbers."""
    event = with_rows(
        {"bound_us": 150_000, "best_lap_bound_us": 150_000, "best_lap_us": 7_400_000},
        {"bound_us": 999, "best_lap_bound_us": 0},
    )
    texts = Page(results_html(event, ENGLISH)).texts
    assert "≈ 7.310" in texts
    assert "≈ 7.400" in texts
    assert "7.310" in texts
    rows = rows_of(results_csv(event))
    assert [(row["bound_us"], row["best_lap_bound_us"]) for row in rows] == [
        ("150000", "150000"),
        ("999", "0"),
    ]


def test_laps_as_csv() -> None:
    """It should have a line for each lap, void ones with their reason."""
    rows = rows_of(laps_csv(golden_results()))
    void = [row for row in rows if row["invalid"]]
    assert len(rows) == 26
    assert [(row["driver"], row["invalid"]) for row in void] == [
        ("Captain Kerb", "two_boots"),
        ("Wild Wanda", "ruling"),
    ]


def test_runs_as_csv() -> None:
    """It should have a line for each run: what was done to its car, and how that drove."""
    rows = rows_of(runs_csv(with_driving()))
    assert len(rows) == sum(len(heat.runs) for heat in golden_results().heats)
    first, *others = rows
    assert first["controls"] == "1:speed=60 1:off_track 1:go end:contact_lost"
    assert (first["car"], first["latency_p50_us"], first["latency_p95_us"]) == (
        "Copper",
        "41200",
        "58940",
    )
    assert (first["is_throttled"], first["is_undervolted"]) == ("True", "")
    assert {(row["controls"], row["latency_p95_us"]) for row in others} == {("", "")}


@pytest.mark.parametrize(
    ("words", "lap", "end", "measured"),
    [
        (ENGLISH, "60 % speed · off track · go", "lost contact", "picture to wheels 41.2 ms"),
        (SPANISH, "60 % de velocidad · fuera de pista · adelante", "sin contacto", "41,2 ms"),
    ],
)
def test_html_says_how_a_run_was_driven(words: Wording, lap: str, end: str, measured: str) -> None:
    """It should stand beside its lap, behind the last one, and above the laps."""
    texts = Page(results_html(with_driving(), words)).texts
    assert any(lap in text for text in texts)
    assert any(end in text for text in texts)
    assert any(measured in text for text in texts)


@pytest.mark.parametrize("name", ["=1+1", "+34", "-1", "@SUM(A1)", "\t=1"])
def test_no_name_becomes_a_formula(name: str) -> None:
    """It should keep a spreadsheet from computing what somebody calls themselves."""
    (row,) = rows_of(results_csv(with_rows({"driver": name})))
    assert row["driver"] == f"'{name}"


class Page(HTMLParser):
    """A page's tags and texts."""

    def __init__(self, content: bytes) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: set[str] = set()
        self.texts: list[str] = []
        self.feed(content.decode())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}

    def handle_data(self, data: str) -> None:
        self.texts.append(data)


def test_html_tells_everything() -> None:
    """It should show places, standings, laps, awards, and how to check them."""
    text = " ".join(Page(results_html(golden_results(), ENGLISH)).texts)
    for word in ("Friday league", "Wild Wanda", "7.310", "+0.674", "Cleanest run", KEY):
        assert word in text
    assert "decided by the second-best lap" in text


def test_who_has_no_lap_has_no_place() -> None:
    """It should leave the place out, on paper and in files, where there is nothing to rank."""
    row = {"is_ranked": False, "value_us": None, "best_lap_us": None, "driver": "Nolap"}
    event = with_rows(row)
    (line,) = rows_of(results_csv(event))
    assert (line["rank"], line["driver"]) == ("", "Nolap")
    table = shown.stage_table(event.stages[0], ENGLISH)
    assert (table.rows[0][0], table.strong) == ("–", frozenset())


@pytest.mark.parametrize(("words", "said"), [(ENGLISH, "timed only"), (SPANISH, "solo crono")])
def test_a_guests_car_is_marked(words: Wording, said: str) -> None:
    """It should say beside the row that the car was timed and nothing else."""
    event = with_rows({"is_timed_only": True}, {})
    guest, other = shown.stage_table(event.stages[0], words).rows
    assert guest[-1].startswith(said)
    assert said not in other[-1]
    assert [row["is_timed_only"] for row in rows_of(results_csv(event))] == ["True", "False"]


def test_spanish_has_a_comma_before_decimals() -> None:
    """It should write times as the reader does; the columns of a file for machines stay as is."""
    row = golden_results().stages[0].rows[0]
    assert "," not in shown.worth(row, ENGLISH)
    assert shown.worth(row, SPANISH) == shown.worth(row, ENGLISH).replace(".", ",")
    speed = SpeedView(gate="trap", speed_mmps=3_417, bound_mmps=27)
    assert shown.speed_text(speed, SPANISH) == "3,42 m/s ±0,03"


@pytest.mark.parametrize("words", [ENGLISH, SPANISH])
def test_html_words_everything(words: Wording) -> None:
    """It should leave no key unworded in either language."""
    text = " ".join(Page(results_html(golden_results(), words)).texts)
    assert "paper." not in text
    assert "award." not in text


@pytest.mark.parametrize("name", HOSTILE)
def test_names_are_text(name: str) -> None:
    """It should show a name as it is, and let it be nothing but text."""
    plain = Page(results_html(with_name("Plain"), ENGLISH))
    page = Page(results_html(with_name(name), ENGLISH))
    assert page.tags == plain.tags
    assert page.attributes == plain.attributes
    assert name in page.texts


def test_html_needs_nothing_else() -> None:
    """It should load nothing and run nothing."""
    page = Page(results_html(golden_results(), ENGLISH))
    assert {"script", "link", "img", "iframe"}.isdisjoint(page.tags)
    assert {"src", "onclick", "onload"}.isdisjoint(page.attributes)


def test_a_demo_and_an_event_that_goes_on_say_so() -> None:
    """It should warn before the first number."""
    event = golden_results().model_copy(update={"is_demo": True, "is_over": False})
    texts = Page(results_html(event, ENGLISH)).texts
    first = next(at for at, text in enumerate(texts) if "Wild Wanda" in text)
    before = " ".join(texts[:first])
    assert "don't count" in before
    assert "may still change" in before


@pytest.mark.parametrize(
    ("words", "said"),
    [(ENGLISH, "abandoned, nothing of it counts"), (SPANISH, "abandonada, no cuenta nada")],
)
def test_an_abandoned_heat_says_so(words: Wording, said: str) -> None:
    """It should tell beside the heat's name why its laps are in no standing."""
    driven = golden_results().heats[0]
    abandoned = driven.model_copy(update={"phase": "abandoned"})
    assert said not in shown.heat_title(driven, words)
    assert shown.heat_title(abandoned, words).endswith(said)
