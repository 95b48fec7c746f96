"""What lamps show for the orders of a server, on a clock that a test moves."""

from hardware.race_clock import Relation
from hardware.signals import director as subject
from hardware.signals.sequence import DARK, Show
from timing_server.contract.machines.devices import HeatOrder, StartLightsOrder

S = 1_000_000_000
MS = 1_000_000
#: The race clock is this far ahead of the node's.
OFFSET = 7 * S
BEGIN, GO = 10 * S, 16 * S  # on the node's clock
TIGHT = Relation(9 * S, OFFSET, MS, "server-boot")
LOOSE = Relation(9 * S, OFFSET, 40 * MS, "server-boot")
IDLE = HeatOrder(phase="idle")
START = HeatOrder(
    phase="armed",
    heat_id="h1",
    lights=StartLightsOrder(begin_race_ns=BEGIN + OFFSET, go_race_ns=GO + OFFSET),
)
GONE = START.model_copy(update={"phase": "running"})


def made(*orders: HeatOrder) -> subject.LightsDirector:
    director = subject.LightsDirector(5)
    for order in orders:
        director.take(order)
    return director


def test_the_go_at_its_instant() -> None:
    """It should hold all reds until the chosen instant of its own clock, and tell the go once."""
    director = made(START)
    assert director.advance(BEGIN, TIGHT).show == Show(1, is_sounding=True)
    before = director.advance(GO - 1, TIGHT)
    assert (before.show, before.due_ns, before.go) == (Show(5), GO, None)
    at = director.advance(GO + 3, TIGHT)
    assert at.show == Show(is_green=True, is_sounding=True)
    assert at.go == subject.Go("h1", GO + OFFSET, GO, TIGHT.bound_at_ns(GO + 3))
    director.take(GONE)
    assert director.advance(GO + 9, TIGHT).go is None


def test_a_late_order_joins_where_the_sequence_is() -> None:
    """It should show at once what should be lit by now."""
    assert made(START).advance(BEGIN + 2 * S + 500 * MS, TIGHT).show == Show(3)


def test_an_order_behind_the_go() -> None:
    """It should show green while that lasts, and never tell a go that its lamps didn't give."""
    late = made(GONE).advance(GO + S, TIGHT)
    assert (late.show, late.go) == (Show(is_green=True), None)
    later = made(GONE).advance(GO + 600 * S, TIGHT)
    assert (later.show, later.go, later.due_ns) == (DARK, None, None)


def test_a_start_that_is_broken_off() -> None:
    """It should put the lamps out at once when the order is withdrawn, and beep."""
    director = made(START)
    director.advance(BEGIN + 3 * S, TIGHT)
    director.take(IDLE)
    off = director.advance(BEGIN + 3 * S + 1, TIGHT)
    assert (off.show, off.go) == (Show(is_sounding=True), None)
    assert director.advance(GO + S, TIGHT) == subject.Direction(DARK, None)


def test_a_second_start_of_the_same_heat() -> None:
    """It should run anew for a new go of the heat that was broken off."""
    director = made(START)
    director.advance(BEGIN, TIGHT)
    again = StartLightsOrder(begin_race_ns=BEGIN + OFFSET + S, go_race_ns=GO + OFFSET + S)
    director.take(IDLE)
    director.take(START.model_copy(update={"lights": again}))
    assert director.advance(GO, TIGHT).show == Show(5)
    gone = director.advance(GO + S, TIGHT).go
    assert gone is not None
    assert gone.go_race_ns == GO + OFFSET + S


def test_a_pause_puts_green_out_without_a_beep() -> None:
    """It should simply go dark where the heat is stopped after its go."""
    director = made(START)
    director.advance(BEGIN, TIGHT)
    director.advance(GO, TIGHT)
    director.take(HeatOrder(phase="paused", heat_id="h1"))
    assert director.advance(GO + 1, TIGHT) == subject.Direction(DARK, None)


def test_a_line_lost_in_mid_sequence() -> None:
    """It should finish the sequence that it knows, though its relation grows old meanwhile."""
    director = made(START)
    director.advance(BEGIN, TIGHT)
    known = TIGHT.bound_at_ns(BEGIN)
    assert director.advance(GO, None).go == subject.Go("h1", GO + OFFSET, GO, known)


def test_a_better_relation_moves_the_go() -> None:
    """It should follow the newest relation up to the go."""
    director = made(START)
    director.advance(BEGIN, TIGHT)
    moved = Relation(BEGIN, OFFSET - 2 * MS, MS // 10, "server-boot")
    assert director.advance(BEGIN + S, moved).show.reds == 1
    assert director.advance(GO, moved).go is None
    gone = director.advance(GO + 2 * MS, moved).go
    assert gone is not None
    assert (gone.go_race_ns, gone.planned_mono_ns) == (GO + OFFSET, GO + 2 * MS)


def test_follows_the_server_where_clocks_lie_too_loose() -> None:
    """It should hold all reds, and put them out when the server lets cars drive."""
    for relation in (None, LOOSE):
        director = made(START)
        assert director.advance(BEGIN, relation).show == Show(5)
        assert director.advance(GO + S, relation).go is None
        director.take(GONE)
        at = director.advance(GO + S + 5, relation)
        assert at.go == subject.Go("h1", GO + OFFSET, None)
        assert at.show == Show(is_green=True, is_sounding=True)


def test_a_running_heat_without_a_clock() -> None:
    """It should give no go for a heat that was under way when it came up."""
    here = made(GONE).advance(GO + 90 * S, None)
    assert (here.show, here.go) == (DARK, None)
