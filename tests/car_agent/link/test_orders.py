"""Whether the newest order allows driving."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.errors import TokenError
from car_agent.link.orders import Order, OrderBook, permit
from timing_server.contract.machines.devices import HeatOrder, HeatPhase, RunOrder

OWN = "aa" * 32
OTHER = "bb" * 32
PATIENCE_NS = 5_000_000_000

phases: st.SearchStrategy[HeatPhase] = st.sampled_from(
    ["idle", "called", "armed", "running", "paused", "finished", "abandoned"]
)
runs = st.builds(
    RunOrder,
    entry_id=st.just("e1"),
    car_id=st.sampled_from([None, "red"]),
    model_sha256=st.sampled_from([None, OWN, OTHER]),
    is_go=st.booleans(),
)
others = st.builds(
    RunOrder, entry_id=st.just("e2"), car_id=st.sampled_from([None, "blue"]), is_go=st.booleans()
)
orders = st.builds(
    Order,
    st.builds(
        HeatOrder,
        phase=phases,
        heat_id=st.just("h1"),
        runs=st.lists(others, max_size=1).flatmap(
            lambda before: st.lists(runs, max_size=1).map(lambda own: (*before, *own))
        ),
    ),
    st.integers(0, 10 * PATIENCE_NS),
)


def heat(
    phase: HeatPhase, car_id: str | None = "red", model_sha256: str | None = None
) -> HeatOrder:
    run = RunOrder(
        entry_id="e1", car_id=car_id, model_sha256=model_sha256, is_go=phase == "running"
    )
    return HeatOrder(phase=phase, heat_id="h1", runs=(run,))


@given(st.none() | orders, st.integers(0, 20 * PATIENCE_NS))
def test_only_its_own_run_that_was_let_off_with_fresh_contact_and_its_model(
    order: Order | None, now_ns: int
) -> None:
    """It should allow driving in exactly one situation, and give a reason in all."""
    subject = permit(order, "red", OWN, now_ns, PATIENCE_NS)
    own = [] if order is None else [each for each in order.heat.runs if each.car_id == "red"]
    may_drive = (
        order is not None
        and order.heat.phase in {"called", "armed", "running", "paused"}
        and any(each.is_go and each.model_sha256 in {None, OWN} for each in own)
        and now_ns - order.contact_mono_ns <= PATIENCE_NS
    )
    assert subject.is_allowed == may_drive
    assert subject.reason
    assert not (subject.is_allowed and subject.is_trouble)


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
        (heat("running", model_sha256=OWN), "running"),
    ],
)
def test_says_why(order: HeatOrder | None, reason: str) -> None:
    """It should give the reason that a person at the track looks for."""
    found = permit(None if order is None else Order(order, 0), "red", OWN, 1, PATIENCE_NS)
    assert reason in found.reason


def test_contact_keeps_an_order_alive() -> None:
    """It should believe an order for as long as its stream lives."""
    subject = OrderBook("red", OWN, PATIENCE_NS)
    subject.note_order(heat("running"), 0)
    subject.note_contact(PATIENCE_NS)
    assert subject.permission(2 * PATIENCE_NS).is_allowed
    assert not subject.permission(2 * PATIENCE_NS + 1).is_allowed


def test_a_new_stream_proves_nothing_until_it_brings_an_order() -> None:
    """It should not keep an order of an old stream alive by the pings of a new one."""
    subject = OrderBook("red", OWN, PATIENCE_NS)
    subject.note_order(heat("running"), 0)
    subject.begin_stream()
    subject.note_contact(PATIENCE_NS)
    assert not subject.permission(PATIENCE_NS + 1).is_allowed
    subject.note_order(heat("running"), PATIENCE_NS + 2)
    assert subject.permission(PATIENCE_NS + 3).is_allowed


def test_forgetting_an_order_ends_the_permission() -> None:
    """It should not drive by an order that was followed by one it couldn't read."""
    subject = OrderBook("red", OWN, PATIENCE_NS)
    subject.note_order(heat("running"), 0)
    subject.forget()
    subject.note_contact(1)
    assert not subject.permission(2).is_allowed


def test_keeps_a_refusal() -> None:
    """It should hand on what the server said."""
    subject = OrderBook("red", OWN, PATIENCE_NS)
    assert subject.refusal is None
    error = TokenError("Not you.")
    subject.refuse(error)
    assert subject.refusal is error
