"""Other rules for a race that is over: what would have been, and nothing changed."""

from dataclasses import replace

import pytest

from tests.timing_server.service.results.golden_bundle import golden_export
from timing_server.formats.presets import PRESETS
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.rulings import OffTrackMarked
from timing_server.rules.reduce import reduce
from timing_server.rules.scoring.laps import score_heat
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, HeatId, RulingId
from timing_server.service.errors import UnknownIdError
from timing_server.service.results import rescoring as subject
from timing_server.service.results.report import stage_reports

EXPORT = golden_export()


def with_an_off_track_in_the_best_lap(heat: str, entry: str) -> EventState:
    """Return the golden race with a mark in the lap that ranks an entry."""
    (run,) = score_heat(EXPORT.state, HeatId(heat)).runs
    best = min(run.valid_laps, key=lambda lap: lap.ranked_ns)
    mark = OffTrackMarked(
        RulingId("late"), HeatId(heat), EntryId(entry), best.closed_race_ns - 1_000_000
    )
    state = EXPORT.state
    return reduce(state, Recorded(state.stream, state.seq + 1, state.race_ns, "", "m", None, mark))


def test_the_same_rules_give_the_same_places() -> None:
    """It should move nobody under a preset that ranks as the event itself did."""
    report = subject.rescored_report(EXPORT.state, EXPORT.registry, PRESETS["summit"])
    assert report["moved"] == []
    before = stage_reports(EXPORT.state, EXPORT.registry)
    assert report["stages"][0]["standings"] == before[0]["standings"]


def test_two_seconds_for_leaving_the_track_move_a_driver() -> None:
    """It should add 2 s to that lap under the campus rules, so that the next best one ranks."""
    state = with_an_off_track_in_the_best_lap("heat-2", "entry-2")
    second = stage_reports(state, EXPORT.registry)[0]["standings"][1]
    assert (second["driver"], second["best_lap_us"]) == ("Apex Otter", 7_984_041)
    report = subject.rescored_report(state, EXPORT.registry, PRESETS["campus_2s"])
    rows = {each["driver"]: each for each in report["stages"][0]["standings"]}
    assert (rows["Apex Otter"]["rank"], rows["Apex Otter"]["value_us"]) == (3, 8_011_000)
    moved = {each["driver"]: (each["rank_before"], each["rank"]) for each in report["moved"]}
    assert moved == {"Apex Otter": (2, 3), "Captain Kerb": (3, 2)}


def test_another_format_ranks_by_its_own_value() -> None:
    """It should rank by the total of three laps under the league's rules, from the same passes."""
    report = subject.rescored_report(EXPORT.state, EXPORT.registry, PRESETS["league_total_time"])
    first = report["standings"][0]
    assert first["driver"] == "Apex Otter"
    row = report["stages"][0]["standings"][0]
    assert row["value_us"] == sum(lap_us - lap_us % 1000 for lap_us in row["laps"][:3])


def test_the_state_is_left_as_it_was() -> None:
    """It should not touch what it reads."""
    copy = replace(EXPORT.state)
    for preset in PRESETS.values():
        subject.rescored_report(EXPORT.state, EXPORT.registry, preset)
    assert copy == EXPORT.state


@pytest.mark.parametrize(("name", "meant"), [("campus", "campus_2s"), ("summit", "summit")])
def test_a_preset_may_be_named_by_its_beginning(name: str, meant: str) -> None:
    """It should take what only one preset begins with."""
    assert subject.preset_of(name).name == meant


@pytest.mark.parametrize("name", ["", "nothing", "Summit"])
def test_an_unknown_preset_is_refused(name: str) -> None:
    """It should say that there is no such preset."""
    with pytest.raises(UnknownIdError, match="preset"):
        subject.preset_of(name)
