"""What a renewal is worth by the car's own clock."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from car_agent.link.leases import lease_by as subject
from hardware.race_clock import RoundTrip, relate
from tests.car_agent.doubles import RELATED, SERVER_BOOT_ID, renewal_of
from timing_server.contract.machines.devices import HeatOrder, RunOrder

S = 1_000_000_000
MS = 1_000_000
#: Measured at ten seconds, which is when these tests' renewals are sent.
RELATED_THEN = replace(RELATED, mono_ns=10 * S)


def order(
    lease_id: str | None = "lease-1", lap_due_us: int | None = None, **more: object
) -> HeatOrder:
    run = RunOrder(
        entry_id="e1", car_id="red", is_go=True, lease_id=lease_id, lap_due_us=lap_due_us
    )
    return HeatOrder.model_validate({"phase": "running", "heat_id": "h1", "runs": [run], **more})


def test_counts_from_when_the_server_sent_it() -> None:
    """It should expire the contact limit after the sending, not after the late arrival."""
    heat = order(contact_limit_ms=4_000)
    lease = subject(heat, heat.runs[0], renewal_of(heat, 10 * S), RELATED_THEN, 13 * S)
    assert lease is not None
    assert (lease.lease_id, lease.expires_mono_ns, lease.then) == ("lease-1", 14 * S, "stop")


def test_a_clock_that_says_it_comes_from_the_future_wins_nothing() -> None:
    """It should count from the arrival at the latest."""
    heat = order()
    lease = subject(heat, heat.runs[0], renewal_of(heat, 20 * S), RELATED, 13 * S)
    assert lease is not None
    assert lease.expires_mono_ns == 18 * S


def test_a_renewal_of_others_is_worth_nothing() -> None:
    """It should take what names its own run's lease alone."""
    heat = order()
    assert subject(heat, heat.runs[0], renewal_of(order("other"), 0), RELATED, 0) is None
    held = order(None)
    assert subject(held, held.runs[0], renewal_of(heat, 0), RELATED, 0) is None


def test_a_lap_is_finished_by_the_time_that_it_is_due() -> None:
    """It should let the lap be finished where that is wanted and known, else stop at the end."""
    for wanted, due_us, finish_ns in (
        ("finish_lap", 30_000_000, RELATED_THEN.earliest_mono_ns(30 * S)),
        ("finish_lap", 11_000_000, 15 * S),
        ("finish_lap", None, 0),
        ("stop", 30_000_000, 0),
    ):
        heat = order(lap_due_us=due_us, contact_lost=wanted)
        lease = subject(heat, heat.runs[0], renewal_of(heat, 10 * S), RELATED_THEN, 10 * S)
        assert lease is not None
        assert (lease.expires_mono_ns, lease.finish_until_mono_ns) == (15 * S, finish_ns)


@given(
    offset_ns=st.integers(-(10**12), 10**12),
    there_ns=st.integers(0, 2 * S),
    back_ns=st.integers(0, 2 * S),
    later_ns=st.integers(0, 60 * S),
    way_ns=st.integers(0, 5 * S),
    limit_ms=st.integers(1_000, 60_000),
)
def test_nobody_drives_longer_than_race_control_meant(
    offset_ns: int, there_ns: int, back_ns: int, later_ns: int, way_ns: int, limit_ms: int
) -> None:
    """It should end before the limit has passed since the sending, however lame the network is."""
    asked_ns = 10**15
    trip = RoundTrip(
        asked_ns, asked_ns + there_ns + back_ns, asked_ns + there_ns + offset_ns, SERVER_BOOT_ID
    )
    sent_mono_ns = asked_ns + there_ns + back_ns + later_ns
    heat = order(contact_limit_ms=limit_ms)
    renewal = renewal_of(heat, sent_mono_ns + offset_ns)
    lease = subject(heat, heat.runs[0], renewal, relate([trip]), sent_mono_ns + way_ns)
    assert lease is not None
    assert lease.expires_mono_ns <= sent_mono_ns + limit_ms * MS
    # And not by much more than what isn't known: half the trip twice over, and crystals.
    assert lease.expires_mono_ns >= sent_mono_ns + limit_ms * MS - there_ns - back_ns - 10 * MS
