"""Whether the newest order allows driving."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.errors import TokenError
from car_agent.link.orders import Order, OrderBook, permit
from timing_server.contract.devices import HeatOrder, HeatPhase

OWN = "aa" * 32
OTHER = "bb" * 32
PATIENCE_NS = 5_000_000_000

phases: st.SearchStrategy[HeatPhase] = st.sampled_from(["idle", "called", "running", "finished"])
orders = st.builds(
    Order,
    st.builds(
        HeatOrder,
        phase=phases,
        heat_id=st.just("h1"),
        car_id=st.sampled_from([None, "red", "blue"]),
        model_sha256=st.sampled_from([None, OWN, OTHER]),
    ),
    st.integers(0, 10 * PATIENCE_NS),
)


def heat(
    phase: HeatPhase, car_id: str | None = "red", model_sha256: str | None = None
) -> HeatOrder:
    return HeatOrder(phase=phase, heat_id="h1", car_id=car_id, model_sha256=model_sha256)


@given(st.none() | orders, st.integers(0, 20 * PATIENCE_NS))
def test_only_its_own_running_heat_with_fresh_contact_and_its_model(
    order: Order | None, now_ns: int
) -> None:
    """It should allow driving in exactly one situation, and give a reason in all."""
    subject = permit(order, "red", OWN, now_ns, PATIENCE_NS)
    may_drive = (
        order is not None
        and order.heat.phase == "running"
        and order.heat.car_id == "red"
        and order.heat.model_sha256 in {None, OWN}
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
        (heat("called"), "waiting for the start"),
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
