"""Whether the newest order, lease and stops allow driving, and what the guard hears of it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.errors import TokenError
from car_agent.link.orders import COAST_NS, NO_MODEL, OrderBook, permit
from hardware.guard.lease import DriveLease, Then
from hardware.race_clock import Relation
from tests.car_agent.doubles import (
    RELATED,
    FakeClock,
    GuardInPlace,
    RecordingActuators,
    let_off,
    order_book,
    renewal_of,
)
from timing_server.contract.machines.devices import HeatOrder, HeatPhase, RunOrder
from timing_server.contract.machines.driving import HoldCause, StopOrder

OWN = "aa" * 32
OTHER = "bb" * 32
S = 1_000_000_000

phases: st.SearchStrategy[HeatPhase] = st.sampled_from(
    ["idle", "called", "armed", "running", "paused", "finished", "abandoned"]
)
runs = st.builds(
    RunOrder,
    entry_id=st.just("e1"),
    car_id=st.sampled_from([None, "red"]),
    model_sha256=st.sampled_from([None, OWN, OTHER]),
    is_go=st.booleans(),
    lease_id=st.just("l1"),
    held=st.sampled_from([None, "stop", "off_track"]),
    speed_pct=st.integers(0, 100),
)
others = st.builds(
    RunOrder, entry_id=st.just("e2"), car_id=st.sampled_from([None, "blue"]), is_go=st.booleans()
)
orders = st.builds(
    HeatOrder,
    phase=phases,
    heat_id=st.just("h1"),
    runs=st.lists(others, max_size=1).flatmap(
        lambda before: st.lists(runs, max_size=1).map(lambda own: (*before, *own))
    ),
)
thens: st.SearchStrategy[Then] = st.sampled_from(["stop", "coast", "finish_lap"])
leases = st.builds(DriveLease, st.just("l1"), st.integers(0, 20), thens, st.integers(0, 40))


def heat(
    phase: HeatPhase = "running",
    car_id: str | None = "red",
    model_sha256: str | None = None,
    *,
    lease_id: str = "l1",
    held: HoldCause | None = None,
    **more: object,
) -> HeatOrder:
    is_go = phase == "running" and held is None
    run = RunOrder(
        entry_id="e1",
        car_id=car_id,
        model_sha256=model_sha256,
        is_go=is_go,
        lease_id=lease_id if is_go else None,
        held=held,
    )
    return HeatOrder.model_validate({"phase": phase, "heat_id": "h1", "runs": [run], **more})


@given(st.none() | orders, st.none() | leases, st.integers(0, 50))
def test_only_its_own_run_that_was_let_off_with_a_lease_and_its_model(
    order: HeatOrder | None, lease: DriveLease | None, now_ns: int
) -> None:
    """It should give throttle in exactly one situation, and a reason in all."""
    subject = permit(order, lease, "red", OWN, now_ns)
    own = [] if order is None else [each for each in order.runs if each.car_id == "red"]
    is_let_off = (
        order is not None
        and order.phase in {"called", "armed", "running", "paused"}
        and any(each.is_go and each.model_sha256 in {None, OWN} for each in own)
    )
    is_leased = lease is not None and (
        now_ns < lease.expires_mono_ns
        or (lease.then == "finish_lap" and now_ns < lease.finish_until_mono_ns)
    )
    has_throttle = subject.is_allowed and subject.throttle_scale > 0
    assert has_throttle == (is_let_off and is_leased and own[0].speed_pct > 0)
    assert subject.throttle_scale <= (own[0].speed_pct / 100 if has_throttle else 1)
    assert subject.reason


@pytest.mark.parametrize(
    ("order", "reason"),
    [
        (None, "no order"),
        (heat("idle", None), "no heat of this car"),
        (heat("running", "blue"), "no heat of this car"),
        (heat("called"), "called: waiting"),
        (heat("armed"), "armed: waiting"),
        (heat("paused"), "paused: waiting"),
        (heat("abandoned"), "no heat of this car"),
        (heat("finished"), "no heat of this car"),
        (heat("running", model_sha256=OTHER), "the heat is for model bbbbbbbbbbbb"),
        (heat("running", held="off_track"), "held (off_track) until somebody says go"),
        (heat("running", model_sha256=OWN), "running"),
    ],
)
def test_says_why(order: HeatOrder | None, reason: str) -> None:
    """It should give the reason that a person at the track looks for."""
    assert reason in permit(order, DriveLease("l1", 5), "red", OWN, 1).reason


def test_says_what_it_waits_for_without_a_lease() -> None:
    """It should not drive by an order alone."""
    assert permit(heat(), None, "red", OWN, 1).reason == "waiting for leave to drive"


def test_a_car_without_a_model_waits_for_one() -> None:
    """It should drive by nothing, say what is missing, and still know its own heat."""
    for order, is_own_heat in ((heat(), True), (heat("running", "blue"), False), (None, False)):
        found = permit(order, DriveLease("l1", 5), "red", NO_MODEL, 1)
        assert not found.is_allowed
        assert found.reason == "no model is loaded yet"
        assert found.is_own_heat == is_own_heat


@pytest.mark.parametrize(
    ("then", "now_ns", "is_allowed", "scale"),
    [
        ("stop", 5 * S - 1, True, 1.0),
        ("stop", 5 * S, False, 1.0),
        ("coast", 5 * S, True, 0.0),
        ("coast", 5 * S + COAST_NS, False, 1.0),
        ("finish_lap", 9 * S - 1, True, 1.0),
        ("finish_lap", 9 * S, False, 1.0),
    ],
)
def test_what_comes_when_contact_is_lost(
    then: Then, now_ns: int, is_allowed: bool, scale: float
) -> None:
    """It should stop, roll on steered, or finish the lap, and say that contact is lost."""
    lease = DriveLease("l1", 5 * S, then, 9 * S)
    found = permit(heat(), lease, "red", OWN, now_ns)
    assert (found.is_allowed, found.throttle_scale) == (is_allowed, scale)
    assert found.is_trouble == (now_ns >= 5 * S)
    assert ("no contact with the server for 5 s" in found.reason) == found.is_trouble


class Book:
    """A book with a guard, both on one clock that the test moves."""

    def __init__(self, relation: Relation | None = RELATED, *, is_new: bool = False) -> None:
        self.clock = FakeClock(S)
        self.guard = GuardInPlace(RecordingActuators, self.clock)
        self.relation = relation
        self.asked = 0
        self.subject = OrderBook("red", OWN, self.guard, lambda: self.relation, self._ask)
        if not is_new:
            self.subject.note_order(HeatOrder(phase="idle"), self.clock())

    def _ask(self) -> None:
        self.asked += 1

    def let_off(self, order: HeatOrder) -> None:
        let_off(self.subject, order, self.clock())

    def phase(self) -> str:
        return self.guard.status().lease_phase

    def may_drive(self) -> bool:
        return self.subject.permission(self.clock()).is_allowed


def test_the_guard_gets_each_renewal_and_the_end() -> None:
    """It should let the guard know of leave to drive, and take it away with the order."""
    book = Book()
    book.let_off(heat())
    assert (book.phase(), book.may_drive()) == ("valid", True)
    book.clock.advance_ms(4_999)
    assert (book.phase(), book.may_drive()) == ("valid", True)
    book.clock.advance_ms(1)
    assert (book.phase(), book.may_drive()) == ("expired", False)
    book.let_off(heat(lease_id="l2"))
    assert (book.phase(), book.may_drive()) == ("valid", True)
    book.subject.note_order(heat(held="stop"), book.clock())
    assert (book.phase(), book.may_drive()) == ("revoked", False)


@pytest.mark.parametrize("then", ["stop", "coast"])
def test_a_car_that_was_lost_waits_for_another_go(then: Then) -> None:
    """It should stand, and say by which lease, when contact is back: it may be in hands."""
    book = Book()
    order = heat(contact_lost=then)
    book.let_off(order)
    book.clock.advance_ms(4_999)
    assert book.subject.lost_lease_id(book.clock()) is None
    book.clock.advance_ms(1)
    assert book.subject.lost_lease_id(book.clock()) == "l1"
    book.subject.note_order(order, book.clock())
    book.subject.note_renewal(renewal_of(order, book.clock()), book.clock())
    assert book.phase() == "expired"
    assert book.subject.permission(book.clock()).throttle_scale * book.may_drive() == 0
    book.clock.advance_ms(10_000)
    assert "until somebody says go" in book.subject.permission(book.clock()).reason
    book.let_off(heat(lease_id="l2"))
    assert (book.phase(), book.may_drive()) == ("valid", True)
    assert book.subject.lost_lease_id(book.clock()) is None


def test_a_car_that_finishes_its_lap_is_not_lost_yet() -> None:
    """It should go on by a renewal that finds it driving."""
    book = Book()
    run = heat().runs[0].model_copy(update={"lap_due_us": 9_000_000})
    order = heat(contact_lost="finish_lap").model_copy(update={"runs": (run,)})
    book.let_off(order)
    book.clock.advance_ms(6_000)
    assert (book.phase(), book.may_drive()) == ("finishing", True)
    book.subject.note_renewal(renewal_of(order, book.clock()), book.clock())
    assert (book.phase(), book.may_drive()) == ("valid", True)
    book.clock.advance_ms(9_000)
    assert book.subject.lost_lease_id(book.clock()) == "l1"


def test_a_car_that_starts_while_it_may_drive_waits_for_another_go() -> None:
    """It should not drive out of the hands of whoever caught it and switched it off and on."""
    book = Book(is_new=True)
    book.let_off(heat())
    assert (book.phase(), book.may_drive()) == ("none", False)
    assert "until somebody says go" in book.subject.permission(book.clock()).reason
    assert book.subject.lost_lease_id(book.clock()) == "l1"
    book.let_off(heat())
    assert not book.may_drive()
    book.subject.note_order(heat(held="contact_lost"), book.clock())
    assert book.subject.lost_lease_id(book.clock()) is None
    book.let_off(heat(lease_id="l2"))
    assert (book.phase(), book.may_drive()) == ("valid", True)


def test_a_car_that_starts_before_it_may_drive_goes_with_the_others() -> None:
    """It should drive by the first go that comes after its first order."""
    book = Book(is_new=True)
    book.subject.note_order(heat(held="stop"), book.clock())
    book.let_off(heat())
    assert book.may_drive()


def test_a_renewal_that_lay_in_a_buffer_loses_no_car() -> None:
    """It should wait for a fresh one where the first it hears of is worth nothing any more."""
    book = Book()
    book.clock.advance_ms(10_000)
    book.subject.note_order(heat(), book.clock())
    book.subject.note_renewal(renewal_of(heat(), book.clock() - 6 * S), book.clock())
    assert book.subject.lost_lease_id(book.clock()) is None
    book.subject.note_renewal(renewal_of(heat(), book.clock()), book.clock())
    assert book.may_drive()


def test_a_server_that_comes_back_renews_the_same_lease() -> None:
    """It should drive on through a restart of the server, which names the lease as before."""
    book = Book()
    book.let_off(heat())
    book.clock.advance_ms(3_000)
    book.subject.note_order(heat(), book.clock())
    assert book.may_drive()
    book.subject.note_renewal(renewal_of(heat(), book.clock()), book.clock())
    book.clock.advance_ms(4_000)
    assert (book.phase(), book.may_drive()) == ("valid", True)


def test_speed_changes_take_no_lease_away() -> None:
    """It should go on by the same lease where only the run's limit is another one."""
    book = Book()
    book.let_off(heat())
    slower = heat().model_copy(
        update={"runs": (heat().runs[0].model_copy(update={"speed_pct": 40}),)}
    )
    book.subject.note_order(slower, book.clock())
    assert book.subject.permission(book.clock()).throttle_scale == 0.4
    assert book.phase() == "valid"


@pytest.mark.parametrize(
    "relation", [None, Relation(0, 0, 0, "another-boot-of-the-server")], ids=["none", "other boot"]
)
def test_no_lease_is_taken_with_a_clock_that_is_not_related(relation: Relation | None) -> None:
    """It should wait, and ask for a measurement: what a renewal is worth isn't known."""
    book = Book(relation)
    book.let_off(heat())
    assert not book.may_drive()
    assert book.asked == 1
    book.relation = RELATED
    book.subject.note_renewal(renewal_of(heat(), book.clock()), book.clock())
    assert book.may_drive()


@pytest.mark.parametrize("order", [heat(model_sha256=OTHER), heat("called"), heat(car_id="blue")])
def test_no_lease_is_taken_for_what_it_may_not_drive(order: HeatOrder) -> None:
    """It should give the guard no leave by a renewal that its order doesn't warrant."""
    book = Book()
    book.subject.note_order(order, book.clock())
    book.subject.note_renewal(renewal_of(heat(), book.clock()), book.clock())
    assert book.phase() == "none"


def test_an_emergency_stop_ends_leave_until_a_new_go() -> None:
    """It should stop at once, and drive again only by a lease of another go."""
    book = Book()
    book.let_off(heat())
    book.subject.note_stop(StopOrder(stop_id="s1"), book.clock())
    assert not book.may_drive()
    assert book.guard.status().e_stop is not None
    book.subject.note_renewal(renewal_of(heat(), book.clock()), book.clock())
    assert not book.may_drive()
    book.subject.note_order(heat("paused", lifted_stop_ids=["s1"]), book.clock())
    assert book.guard.status().e_stop is None
    book.let_off(heat(lease_id="l2"))
    assert (book.phase(), book.may_drive()) == ("valid", True)


def test_forgetting_an_order_ends_the_permission() -> None:
    """It should not drive by an order that was followed by one it couldn't read."""
    book = Book()
    book.let_off(heat())
    book.subject.forget()
    assert (book.phase(), book.may_drive()) == ("revoked", False)


def test_says_how_long_it_may_drive() -> None:
    """It should tell what is left of its lease, and nothing without one."""
    book = Book()
    assert book.subject.lease_left_ns(book.clock()) is None
    book.let_off(heat())
    book.clock.advance_ms(1_500)
    assert book.subject.lease_left_ns(book.clock()) == 3_500_000_000
    book.clock.advance_ms(60_000)
    assert book.subject.lease_left_ns(book.clock()) == 0


def test_keeps_a_refusal() -> None:
    """It should hand on what the server said."""
    subject = order_book(GuardInPlace(RecordingActuators, FakeClock()), OWN)
    assert subject.refusal is None
    error = TokenError("Not you.")
    subject.refuse(error)
    assert subject.refusal is error
