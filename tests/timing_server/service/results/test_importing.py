"""An event of another venue in this log: as it was sealed, shown here, and never added to."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from tests.timing_server.service.desk import (
    BOOT,
    CALLER,
    EVENT,
    JOURNAL,
    NODE,
    PATIENCE_S,
    STREAM,
    Desk,
    FakeClock,
    open_desk,
)
from tests.timing_server.service.results.golden_bundle import VENUE, golden_bundle
from timing_server.formats.registry import rank_stage
from timing_server.rules.commands.heats import CallNextHeat
from timing_server.rules.facts.plan import EventCreated, EventImported, EventOpened
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.facts.sensors import ClockRelated
from timing_server.rules.stored.codec import GENESIS_HASH, chain_hash, encode, verify
from timing_server.rules.units import VENUE_STREAM, EventId, NodeId, StageId, StreamId
from timing_server.service.entities import Car, Driver, Team
from timing_server.service.errors import ImportedEventError, TakenError
from timing_server.service.log.known import RELATIONS_READ
from timing_server.service.people.errors import RegistrationClosedError
from timing_server.service.people.names import Names
from timing_server.service.people.registrations import Registrations
from timing_server.service.results.bundle import make_bundle
from timing_server.service.results.checking import CheckedBundle, check_bundle
from timing_server.service.results.errors import BundleError
from timing_server.service.results.exporting import read_export
from timing_server.service.results.importing import import_bundle as subject
from timing_server.service.results.seals import Sealer


@pytest.fixture(scope="module")
def bundle(tmp_path_factory: pytest.TempPathFactory) -> CheckedBundle:
    """An event of another venue: still open, a heat on track, its clocks years ahead."""
    system = FakeClock(now_mono_ns=10**18)
    with open_desk(tmp_path_factory.mktemp("elsewhere"), system) as desk:
        desk.plan()
        desk.relate()
        desk.start_next()
        for seq in range(2, 6):
            desk.system.advance(9)
            desk.cross(seq, desk.clock.now_ns())
        export = read_export(desk.store, EVENT, desk.system.wall_utc(), "0.1.0")
    return check_bundle(make_bundle(export, Sealer(VENUE)))


def taken_in(desk: Desk, bundle: CheckedBundle) -> None:
    subject(desk.office, CALLER, bundle).result(PATIENCE_S)


def test_the_stream_is_taken_as_it_was_sealed(desk: Desk, bundle: CheckedBundle) -> None:
    """It should keep the very bytes, rank them alike, and name who drove."""
    taken_in(desk, bundle)
    lines = desk.store.read_stream(STREAM)
    assert tuple(line.stored for line in lines) == bundle.lines
    assert verify([line.stored for line in lines]) == bundle.manifest.head_hash
    stage = StageId("stage-1")
    assert rank_stage(desk.state(), stage) == rank_stage(bundle.state, stage) != ()
    assert desk.known.registry.drivers["driver-1"].name == "Driver 1"
    assert desk.known.registry.event_names[EVENT] == "Friday league"


def test_only_names_of_the_log_are_taken(desk: Desk, bundle: CheckedBundle) -> None:
    """It should name nobody and nothing that the event's facts don't mention."""
    names = replace(
        bundle.registry,
        drivers={**bundle.registry.drivers, "driver-x": Driver("driver-x", "Smuggled", "#000000")},
        teams={"team-x": Team("team-x", "Smuggled", "#000000")},
        cars={"car-x": Car("car-x", "Smuggled", "#000000")},
    )
    taken_in(desk, replace(bundle, registry=names))
    registry = desk.known.registry
    assert (set(registry.drivers), registry.teams, registry.cars) == ({"driver-1"}, {}, {})


def test_nobody_forgotten_comes_back(tmp_path: Path, bundle: CheckedBundle) -> None:
    """It should leave a driver without a name who was forgotten here, after a restart too."""
    with open_desk(tmp_path) as desk:
        people = Names(desk.office)
        people.add_driver(CALLER, Driver("driver-1", "Gone", "#112233")).result(PATIENCE_S)
        people.forget_driver(CALLER, "driver-1").result(PATIENCE_S)
    with open_desk(tmp_path) as desk:
        taken_in(desk, bundle)
        assert "driver-1" not in desk.known.registry.drivers
        assert EVENT in desk.known.venue.events


def test_it_is_a_fact_who_read_it_in(desk: Desk, bundle: CheckedBundle) -> None:
    """It should say in the venue's own stream what was read in, from whom and by whom."""
    taken_in(desk, bundle)
    newest = desk.committed[-1].steps[-1].recorded
    assert (newest.stream, newest.actor) == (VENUE_STREAM, CALLER.principal)
    expected = EventImported(
        EVENT, bundle.manifest.facts, bundle.manifest.head_hash, bundle.venue_key
    )
    assert newest.fact == expected


def test_it_owns_no_gate_and_takes_no_fact(desk: Desk, bundle: CheckedBundle) -> None:
    """It should leave the gates to the venue, though the event was open where it was raced."""
    taken_in(desk, bundle)
    assert desk.known.venue.open_event is None
    assert desk.known.venue.gate_stream == VENUE_STREAM
    with pytest.raises(ImportedEventError):
        desk.office.command(CALLER, EVENT, CallNextHeat()).result(PATIENCE_S)
    with pytest.raises(ImportedEventError):
        desk.office.open_event(CALLER, EVENT).result(PATIENCE_S)
    assert len(desk.store.read_stream(STREAM)) == bundle.manifest.facts


def test_a_restart_knows_it_again(tmp_path: Path, bundle: CheckedBundle) -> None:
    """It should keep its own race clock and relations, and go on knowing whose event it is."""
    system = FakeClock()
    with open_desk(tmp_path, system) as desk:
        taken_in(desk, bundle)
        before_ns = desk.clock.now_ns()
    system.advance(1)
    with open_desk(tmp_path, system) as desk:
        assert desk.known.venue.events[EVENT].is_imported
        assert desk.known.venue.open_event is None
        assert (NODE, BOOT) not in desk.known.venue.relations
        assert desk.clock.now_ns() == before_ns + 1_000_000_000
        with pytest.raises(ImportedEventError):
            desk.office.command(CALLER, EVENT, CallNextHeat()).result(PATIENCE_S)


def test_many_relations_of_another_venue_hide_no_own_ones(tmp_path: Path) -> None:
    """It should know its own nodes' clocks after a restart, however many came with an event."""
    system = FakeClock()
    related = [
        ClockRelated(NodeId("node-9"), BOOT, JOURNAL, seq, 0, 0)
        for seq in range(1, RELATIONS_READ + 2)
    ]
    with open_desk(tmp_path, system) as desk:
        desk.relate()
        begun = EventCreated(EventId("event-9"), "UTC", is_demo=False)
        event = forged([begun, *related])
        names = replace(event.registry, event_names={"event-9": "Far away"})
        taken_in(desk, replace(event, registry=names))
    with open_desk(tmp_path, system) as desk:
        assert list(desk.known.venue.relations) == [(NODE, BOOT)]


def test_nobody_signs_up_for_it(desk: Desk, bundle: CheckedBundle) -> None:
    """It should turn people away at once, though the event was open when it was sealed."""
    taken_in(desk, bundle)
    people = Registrations(desk.office, lambda: "registration-1")
    with pytest.raises(RegistrationClosedError):
        people.register(CALLER, EVENT, "driver-9", {}).result(PATIENCE_S)


def test_the_same_bundle_again_changes_nothing(desk: Desk, bundle: CheckedBundle) -> None:
    """It should answer as if it had been read in, and log nothing."""
    taken_in(desk, bundle)
    facts = desk.store.log_counts().facts
    taken_in(desk, bundle)
    assert desk.store.log_counts().facts == facts


def test_an_event_that_went_on_differently_is_refused(desk: Desk, bundle: CheckedBundle) -> None:
    """It should not replace an event of the same id that has another log."""
    desk.plan()
    lines = desk.store.read_stream(STREAM)
    with pytest.raises(TakenError):
        taken_in(desk, bundle)
    assert desk.store.read_stream(STREAM) == lines


def forged(facts: Sequence[Fact], stream: str = "event-9") -> CheckedBundle:
    """Return a checked bundle of facts that a venue of bad will signed."""
    recorded = [
        Recorded(StreamId(stream), seq, seq, "2026-05-01T00:00:00+00:00", "x", None, fact)
        for seq, fact in enumerate(facts, 1)
    ]
    lines: list[bytes] = []
    for each in recorded:
        lines.append(encode(each, chain_hash(lines[-1]) if lines else GENESIS_HASH))
    whole = check_bundle(golden_bundle())
    manifest = whole.manifest.model_copy(update={"event_id": stream})
    return replace(whole, manifest=manifest, facts=tuple(recorded), lines=tuple(lines))


@pytest.mark.parametrize(
    "facts",
    [
        [EventCreated(EventId("event-9"), "UTC", is_demo=False), EventOpened(EVENT)],
        [EventCreated(EVENT, "UTC", is_demo=False)],
        [EventImported(EVENT, 1, "", "")],
        [EventOpened(EventId("event-9"))],
    ],
)
def test_a_log_about_other_events_is_refused(desk: Desk, facts: list[Fact]) -> None:
    """It should take no log that would open, close or begin another event here."""
    desk.plan()
    with pytest.raises(BundleError):
        taken_in(desk, forged(facts))
    assert desk.known.venue.events[EVENT].is_open


def test_a_log_with_a_servers_own_start_is_refused(desk: Desk) -> None:
    """It should not let a foreign start set this server's race clock."""
    with pytest.raises(BundleError, match="Fact 1 "):
        taken_in(desk, check_bundle(golden_bundle()))
