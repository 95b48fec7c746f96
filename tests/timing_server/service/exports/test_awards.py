"""Awards that follow from the log, each by the rule that its docstring states."""

from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, STREAM, Desk
from tests.timing_server.service.exports.told import golden_results
from timing_server.contract.race.sheets import AwardRequest
from timing_server.rules.commands.plan import AddEntry, CreateEvent, PlanHeat
from timing_server.rules.units import DriverId, EntryId, EventId, HeatId, StageId
from timing_server.service.entities import Driver
from timing_server.service.exports import awards as subject
from timing_server.service.exports.award_book import AwardBook, awards_of


def drive(desk: Desk, seq: int, *laps_s: float) -> int:
    """Run the next heat; returns the next free seq of the node's journal."""
    desk.start_next()
    desk.system.advance(1)
    for lap_s in (0.0, *laps_s):
        desk.system.advance(lap_s)
        desk.cross(seq, desk.clock.now_ns())
        seq += 1
    desk.system.advance(300)
    desk.wake()
    return seq


def test_cleanest_run() -> None:
    """The run with the fewest off-tracks and resets, then the most laps, is the cleanest."""
    (award,) = golden_results().awards
    assert (award.kind, award.driver) == ("cleanest_run", "Apex Otter")
    assert (award.heat_number, award.laps, award.incidents) == (2, 8, 0)


def test_most_improved(desk: Desk) -> None:
    """The largest gain, as a share, from the first run's best lap to a later one's is the prize."""
    desk.plan(heats=2)
    desk.relate()
    seq = drive(desk, 2, 10.0, 9.0)
    seq = drive(desk, seq, 20.0)
    for entry in ("entry-1", "entry-2"):
        again(desk, entry)
    seq = drive(desk, seq, 8.0)
    drive(desk, seq, 18.5)
    found = subject.computed_awards(desk.state(), desk.known.registry, None)
    best = next(each for each in found if each.kind == "most_improved")
    # 9 → 8 is a ninth; 20 → 18.5 is more seconds, but a smaller share.
    assert (best.driver, best.from_us, best.to_us) == ("Driver 1", 9_000_000, 8_000_000)


def again(desk: Desk, entry: str) -> None:
    heat = PlanHeat(HeatId(f"again-{entry}"), StageId("stage-1"), (EntryId(entry),))
    desk.office.command(CALLER, EVENT, heat).result(PATIENCE_S)


def test_best_newcomer(desk: Desk) -> None:
    """The best place of somebody who wasn't in an earlier event of this server is the prize."""
    veteran = Driver("driver-1", "Driver 1", "#112233")
    desk.do(lambda draft: draft.put_driver(veteran))
    earlier = EventId("event-0")
    create = CreateEvent(earlier, "UTC", is_demo=False)
    desk.office.create_event(CALLER, create, "Last week").result(PATIENCE_S)
    add = AddEntry(EntryId("old"), (DriverId("driver-1"),), None)
    desk.office.command(CALLER, earlier, add).result(PATIENCE_S)
    desk.plan(heats=2)
    desk.relate()
    drive(desk, drive(desk, 2, 9.0), 10.0)
    found = awards_of(desk.store, desk.state(), desk.known.registry)
    newcomer = next(each for each in found if each.kind == "best_newcomer")
    assert (newcomer.driver, newcomer.place) == ("Driver 2", 2)


def test_nobody_is_a_newcomer_at_the_first_event(desk: Desk) -> None:
    """At a server's first event everybody is new, and nobody gets the prize."""
    desk.plan()
    desk.relate()
    drive(desk, 2, 9.0)
    assert subject.veterans_before(desk.store, STREAM) is None
    kinds = {each.kind for each in awards_of(desk.store, desk.state(), desk.known.registry)}
    assert "best_newcomer" not in kinds


def test_own_awards_follow_the_names(desk: Desk) -> None:
    """It should show an own award under the name that the person has now."""
    desk.plan()
    book = AwardBook(desk.office, desk.store)
    asked = AwardRequest(title="Best livery", entry_id="entry-1")
    book.give(CALLER, EVENT, "award-1", asked).result(PATIENCE_S)
    desk.do(lambda draft: draft.put_driver(Driver("driver-1", "New Name", "#112233")))
    (award,) = book.all(desk.state(), desk.known.registry)
    assert (award.title, award.driver) == ("Best livery", "New Name")


def test_two_awards_at_once_are_both_kept(desk: Desk) -> None:
    """It should lose none of two awards that are written in one commit."""
    desk.plan()
    book = AwardBook(desk.office, desk.store)
    asked = AwardRequest(title="Prize", entry_id="entry-1")
    futures = [book.give(CALLER, EVENT, f"award-{at}", asked) for at in range(8)]
    for future in futures:
        future.result(PATIENCE_S)
    assert len(book.all(desk.state(), desk.known.registry)) == 8
