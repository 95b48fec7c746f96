from dataclasses import replace

import pytest

from tests.timing_server.rules.scoring.made_heats import (
    ENTRY,
    GO_MS,
    OTHER,
    crossing,
    heat,
    laps_ms,
    ruled,
    verdicts,
)
from tests.timing_server.rules.scripted_race import OPTIONS, ms
from timing_server.rules.passes import binding as subject
from timing_server.rules.scoring.laps import compute_score
from timing_server.rules.state.heat import Equipment, Heat, Outing, RuledStatus, Run
from timing_server.rules.units import CarId, EntryId, MarkId, RulingId

CARS = {ENTRY: CarId("car-1"), OTHER: CarId("car-2")}


def two(*passes: object, **fields: object) -> Heat:
    """Return a heat of two entries on lanes 1 and 2, each with a car of its own."""
    made = heat(*passes, entries=2, **fields)  # type: ignore[arg-type]
    runs = {
        entry_id: Run(entry_id, (Equipment(0, CARS[entry_id], None),), lane)
        for lane, entry_id in enumerate(made.entry_ids, 1)
    }
    return replace(made, runs=runs)


def bound(made: Heat, **fields: object) -> subject.Binding:
    return subject.bind(made, made.runs, replace(crossing(12_000), **fields))  # type: ignore[arg-type]


def test_a_ruling_has_the_first_word() -> None:
    """A pass is whose a ruling says, whatever mark and lane say."""
    assert bound(two(), ruled_entry_id=OTHER, marked_car_ids=(CARS[ENTRY],), lane=1) == (
        *(OTHER, None),
    )


def test_a_ruling_cannot_name_a_stranger() -> None:
    """A pass that a ruling gives to somebody who isn't racing here waits for a better one."""
    assert bound(two(), ruled_entry_id=EntryId("entry-9")) == (None, "unknown_entry")


def test_an_identification_has_the_second_word() -> None:
    """A pass is of the run whose car was identified in it, whatever the lane says."""
    assert bound(two(), marked_car_ids=(CARS[OTHER],), lane=1) == (OTHER, None)


def test_two_cars_in_one_pass_are_nobody() -> None:
    """A pass in which two different cars were identified is nobody's until a marshal says."""
    assert bound(two(), marked_car_ids=tuple(CARS.values()), lane=1) == (None, "double_identity")


def test_a_car_of_no_run_is_nobody() -> None:
    """A pass of a car that no run drives is nobody's, even where one entry is alone on track."""
    assert bound(heat(), marked_car_ids=(CarId("car-9"),)) == (None, "unknown_entry")


def test_the_car_in_force_counts() -> None:
    """A pass is of the run that the car drove at its instant, before and after a change."""
    made = two()
    changed = Run(ENTRY, (Equipment(0, CARS[ENTRY], None), Equipment(ms(12_000), "car-3", None)))  # type: ignore[arg-type]
    made = replace(made, runs={**made.runs, ENTRY: changed})
    assert bound(made, race_ns=ms(11_999), marked_car_ids=(CARS[ENTRY],)) == (ENTRY, None)
    assert bound(made, marked_car_ids=(CARS[ENTRY],)) == (None, "unknown_entry")
    assert bound(made, marked_car_ids=(CarId("car-3"),)) == (ENTRY, None)


def test_a_mark_that_no_car_wears_says_nothing() -> None:
    """A mark that nobody bound to a car leaves the word to the lane."""
    assert bound(two(), marks=(MarkId("tag-9"),), lane=2) == (OTHER, None)


def test_the_lane_has_the_third_word() -> None:
    """A pass is of the run that has its lane; a lane of no run is nobody's."""
    assert bound(two(), lane=1) == (ENTRY, None)
    assert bound(two(), lane=3) == (None, "other_lane")


def test_lanes_do_not_matter_where_no_run_has_one() -> None:
    """Where runs have no lanes, the gate's lane says nothing."""
    assert bound(heat(), lane=3) == (ENTRY, None)
    assert bound(heat(entries=2), lane=1) == (None, "unknown_entry")


def test_who_is_alone_on_track_is_known() -> None:
    """A pass is of the only run there is; of several it is never guessed."""
    assert bound(heat()) == (ENTRY, None)
    assert bound(two()) == (None, "unknown_entry")


def test_who_did_not_start_is_not_on_track() -> None:
    """Where all others didn't start, a pass is of the one who did."""
    absent = RuledStatus(RulingId("ruling-1"), OTHER, "dns")
    made = heat(12_000, 20_000, entries=2, rulings=ruled(statuses=(absent,)))
    assert laps_ms(made) == [8_000]
    assert verdicts(heat(12_000, 20_000, entries=2)) == ["unknown_entry", "unknown_entry"]


def test_each_run_has_its_own_dead_time_window_and_laps() -> None:
    """Two cars that cross side by side are two runs: neither stands in the other's dead time."""
    cars = [crossing(at, lane=1) for at in (12_000, 20_000, 28_000)]
    cars += [crossing(at, lane=2) for at in (12_500, 21_500, 22_000)]
    made = two(*cars)
    assert verdicts(made) == [*["counted"] * 4, "inside_dead_time", "counted"]
    assert laps_ms(made) == [8_000, 8_000]
    assert laps_ms(made, OTHER) == [9_000]
    one, other = compute_score(made).runs
    assert (one.window_opens_ns, other.window_opens_ns) == (ms(12_000), ms(12_500))


def test_every_pass_names_its_owner() -> None:
    """It should say whose each pass is, void ones too, and nobody's where nobody is known."""
    struck = crossing(13_000, lane=2, void_ruling_id=RulingId("ruling-1"))
    made = two(crossing(12_000, lane=1), struck, 14_000, crossing(15_000, role="pit-lane"))
    owners = [(each.verdict, each.entry_id) for each in compute_score(made).passes]
    assert owners == [
        ("counted", ENTRY),
        ("voided", OTHER),
        ("unknown_entry", None),
        ("other_gate", None),
    ]


# --- practice ------------------------------------------------------------------------------------


def outing(entry_id: EntryId, out_ms: int, in_ms: int | None = None) -> Outing:
    return Outing(entry_id, ms(out_ms), None if in_ms is None else ms(in_ms))


def practice(*passes: int, outings: tuple[Outing, ...]) -> Heat:
    return heat(*passes, entries=2, is_practice=True, outings=outings)


def test_practice_times_whoever_is_out() -> None:
    """In practice a pass is of the only entry that is out at its instant."""
    made = practice(
        *(12_000, 19_000, 32_000, 41_000),
        outings=(outing(ENTRY, GO_MS, 25_000), outing(OTHER, 30_000)),
    )
    assert (laps_ms(made), laps_ms(made, OTHER)) == ([7_000], [9_000])


@pytest.mark.parametrize("at_ms", [27_000, 34_000], ids=["nobody is out", "two are out"])
def test_practice_never_guesses(at_ms: int) -> None:
    """A pass is nobody's while nobody is out, or more than one."""
    outings = (outing(ENTRY, GO_MS, 25_000), outing(OTHER, 30_000), outing(ENTRY, 33_000))
    assert verdicts(practice(at_ms, outings=outings)) == ["unknown_entry"]


def test_a_new_outing_opens_a_new_lap() -> None:
    """The time between two outings is no lap: the first pass of each opens one."""
    made = practice(
        *(12_000, 20_000, 32_000, 39_000),
        outings=(outing(ENTRY, GO_MS, 25_000), outing(ENTRY, 30_000)),
    )
    assert laps_ms(made) == [8_000, 7_000]


def test_practice_has_no_window() -> None:
    """Practice goes on as long as somebody is out, whatever window or lap limit the stage has."""
    made = practice(*range(12_000, 132_000, 8_000), outings=(outing(ENTRY, GO_MS),))
    made = replace(made, options=replace(OPTIONS, max_laps=2))
    assert len(laps_ms(made)) == 14
    assert compute_score(made).runs[0].window_opens_ns is None


def test_an_identified_car_needs_no_outing() -> None:
    """In practice a car that was identified is known, though several are out."""
    made = replace(two(), is_practice=True, outings=(outing(ENTRY, 0), outing(OTHER, 0)))
    assert bound(made, marked_car_ids=(CARS[OTHER],)) == (OTHER, None)
