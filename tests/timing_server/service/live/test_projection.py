"""The live document, from real facts on a real log."""

from typing import Any

from tests.timing_server.service.desk import CALLER, EVENT, HEAT, PATIENCE_S, STREAM, Desk
from timing_server.contract.live.document import EventView
from timing_server.launcher.follow import merge_patch
from timing_server.rules.commands.heats import CallNextHeat, StopHeat
from timing_server.rules.commands.plan import WithdrawEntry
from timing_server.rules.commands.rulings import (
    DecideProtest,
    GivePenalty,
    InsertPass,
    LodgeProtest,
    MarkOffTrack,
    ReverseRuling,
    VoidLap,
    VoidPass,
)
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import NS_PER_S, EntryId, HeatId, PassRef, RulingId
from timing_server.service.live.merge_patch import difference
from timing_server.service.live.projection import Projection as subject  # noqa: N813
from timing_server.service.log.known import replay


def command(desk: Desk, given: Any) -> Any:
    return desk.office.command(CALLER, EVENT, given).result(PATIENCE_S)


def document(desk: Desk) -> Any:
    return subject(desk.state(), desk.known.registry).document


def race(desk: Desk, laps_s: list[float], first_seq: int) -> None:
    """Drive the next heat: a first crossing, then laps, then the organiser stops it."""
    desk.start_next()
    desk.system.advance(1)
    desk.cross(first_seq, desk.clock.now_ns())
    for seq, lap_s in enumerate(laps_s, first_seq + 1):
        desk.system.advance(lap_s)
        desk.cross(seq, desk.clock.now_ns())


def stop(desk: Desk) -> None:
    heat = desk.state().active_heat
    assert heat is not None
    command(desk, StopHeat(heat.heat_id))


def test_the_document_is_the_same_step_by_step_and_as_a_whole(desk: Desk) -> None:
    """It should come to the same by patches, by parts that are kept, and from scratch."""
    desk.plan(HeatOptions(), heats=3)
    desk.relate()
    race(desk, [9, 8, 10], first_seq=2)
    ref = PassRef("node-1:journal-1:4")
    command(desk, VoidLap(RulingId("r-1"), ref, "cut"))
    command(desk, MarkOffTrack(RulingId("r-2"), HEAT, EntryId("entry-1"), None))
    stop(desk)
    race(desk, [7], first_seq=10)
    command(desk, ReverseRuling(RulingId("r-3"), RulingId("r-1"), ""))
    command(desk, InsertPass(RulingId("r-4"), HeatId("heat-2"), None, NS_PER_S // 5, "missed"))
    stop(desk)
    command(desk, WithdrawEntry(EntryId("entry-3")))

    registry = desk.known.registry
    state = empty_state(STREAM)
    projection = subject(state, registry)
    followed: Any = projection.document
    for recorded in replay(desk.store.read_stream(STREAM)):
        state = reduce(state, recorded)
        before = projection.document
        after = projection.advance(state, recorded.fact, registry)
        followed = merge_patch(followed, difference(before, after))
        assert followed == after == subject(state, registry).document
        EventView.model_validate(after)


def test_scenes_of_an_event(desk: Desk) -> None:
    """It should go from idle to podium as heats are called, started and finished."""
    desk.plan(heats=2)
    desk.relate()
    scenes = [document(desk)["scene"]]
    for number in (1, 2):
        command(desk, CallNextHeat())
        scenes.append(document(desk)["scene"])
        command(desk, StopHeat(HeatId(f"heat-{number}")))
        race(desk, [5], first_seq=number * 10)
        scenes.append(document(desk)["scene"])
        stop(desk)
        scenes.append(document(desk)["scene"])
    assert scenes == ["idle", "called", "running", "result", "called", "running", "podium"]


def test_the_queue_is_what_can_still_be_called(desk: Desk) -> None:
    """It should leave out heats that were called and entries that withdrew."""
    desk.plan(heats=3)
    assert list(document(desk)["queue"]) == ["heat-1", "heat-2", "heat-3"]
    command(desk, WithdrawEntry(EntryId("entry-2")))
    command(desk, CallNextHeat())
    assert list(document(desk)["queue"]) == ["heat-3"]


def test_standings_show_gaps_moves_and_the_best(desk: Desk) -> None:
    """It should say who won how many places since the heat began, and hold it after its end."""
    desk.plan(heats=3)
    desk.relate()
    for number, lap_s in enumerate((9, 8), 1):
        race(desk, [lap_s], first_seq=number * 10)
        stop(desk)
    race(desk, [7], first_seq=30)
    for _ in range(2):
        rows = document(desk)["standings"]
        assert {key: row["rank"] for key, row in rows.items()} == {
            "entry-3": 1,
            "entry-2": 2,
            "entry-1": 3,
        }
        assert {key: row["moved"] for key, row in rows.items()} == {
            "entry-3": 0,
            "entry-2": -1,
            "entry-1": -1,
        }
        assert rows["entry-1"]["gap_us"] == 2_000_000
        assert rows["entry-1"]["interval_us"] == 1_000_000
        if desk.state().active_heat:
            assert [row["is_provisional"] for row in rows.values()] == [True, False, False]
            stop(desk)
    assert document(desk)["overall_best_us"] == 7_000_000
    lap = next(iter(document(desk)["heat"]["laps"].values()))
    assert lap["is_overall_best"]
    assert lap["is_personal_best"]
    assert not lap["is_provisional"]


def test_a_penalty_is_part_of_the_runs_best(desk: Desk) -> None:
    """It should tell as a run's best what ranks: the time of its lap with the lap's penalty."""
    desk.plan(HeatOptions(), heats=1)
    desk.relate()
    race(desk, [9, 7], first_seq=2)
    ref = PassRef("node-1:journal-1:4")
    command(desk, GivePenalty(RulingId("r-1"), HEAT, EntryId("entry-1"), 3 * NS_PER_S, ref, ""))
    (run,) = document(desk)["heat"]["runs"].values()
    assert run["best_us"] == 9_000_000


def test_the_document_has_no_null(desk: Desk) -> None:
    """It should leave keys out instead: a merge patch can't say null."""
    desk.plan(heats=2)
    desk.relate()
    race(desk, [9], first_seq=2)

    def leaves(value: Any) -> Any:
        if isinstance(value, dict):
            for inner in value.values():
                yield from leaves(inner)
        else:
            yield value

    assert None not in list(leaves(document(desk)))


def test_an_old_noise_changes_nothing(desk: Desk) -> None:
    """It should keep the very same document for a pass that no heat wants."""
    desk.plan()
    desk.relate()
    projection = subject(desk.state(), desk.known.registry)
    before = projection.document
    desk.cross(2, 5)
    recorded = desk.committed[-1].steps[0].recorded
    assert projection.advance(desk.state(), recorded.fact, desk.known.registry) is before


def test_a_ruling_says_what_it_is_about(desk: Desk) -> None:
    """It should name heat, entry, lap and instant, and for a reversal what it took back."""
    desk.plan(HeatOptions(), heats=2)
    desk.relate()
    race(desk, [9, 8], first_seq=2)
    stop(desk)
    race(desk, [7], first_seq=10)
    ended_ns = desk.state().heats[HEAT].ended_race_ns
    lap, whole_pass = PassRef("node-1:journal-1:3"), PassRef("node-1:journal-1:11")
    command(desk, VoidLap(RulingId("r-1"), lap, "cut"))
    command(desk, VoidPass(RulingId("r-2"), whole_pass, "a hand"))
    command(desk, MarkOffTrack(RulingId("r-3"), HeatId("heat-2"), EntryId("entry-2"), None))
    command(desk, InsertPass(RulingId("r-4"), HEAT, ended_ns, 0, ""))
    command(desk, ReverseRuling(RulingId("r-5"), RulingId("r-1"), ""))
    command(desk, ReverseRuling(RulingId("r-6"), RulingId("r-5"), ""))
    keys = ("reversed_kind", "heat_number", "entry_id", "lap_number", "elapsed_us")
    found = {
        key: tuple(ruling.get(each) for each in keys)
        for key, ruling in document(desk)["rulings"].items()
    }
    assert found == {
        "r-1": (None, 1, "entry-1", 1, 10_000_000),
        "r-2": (None, 2, "entry-2", None, 8_000_000),
        "r-3": (None, 2, "entry-2", None, 8_000_000),
        "r-4": (None, 1, "entry-1", 2, 18_000_000),
        "r-5": ("LapVoided", 1, "entry-1", 1, 10_000_000),
        "r-6": ("LapVoided", 1, "entry-1", 1, 10_000_000),
    }


def test_only_the_newest_rulings_are_shown(desk: Desk) -> None:
    """It should hold twenty, so that the document doesn't grow with the day."""
    desk.plan()
    desk.start_next()
    for number in range(25):
        mark = MarkOffTrack(RulingId(f"r-{number}"), HEAT, EntryId("entry-1"), None)
        command(desk, mark)
    assert list(document(desk)["rulings"]) == [f"r-{number}" for number in range(5, 25)]
    assert document(desk)["heat"]["off_tracks"] == 25


def test_a_protest_is_shown_until_it_is_decided(desk: Desk) -> None:
    """It should hold a protest that waits, however many rulings were made since."""
    desk.plan(HeatOptions(), heats=2)
    desk.start_next()
    stop(desk)
    protest = LodgeProtest(RulingId("p-1"), HEAT, EntryId("entry-1"), "A hand in the beam.")
    command(desk, protest)
    desk.start_next()
    for number in range(25):
        mark = MarkOffTrack(RulingId(f"r-{number}"), HeatId("heat-2"), EntryId("entry-2"), None)
        command(desk, mark)
    newest = [f"r-{number}" for number in range(5, 25)]
    assert list(document(desk)["rulings"]) == ["p-1", *newest]
    command(desk, DecideProtest(RulingId("d-1"), RulingId("p-1"), False, "Nobody saw one."))
    assert list(document(desk)["rulings"]) == [*newest[1:], "d-1"]
