"""The drive lease: no throttle without one, and what comes when it is over."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.guard.lease import MAX_FINISH_NS, MAX_LEASE_NS, DriveLease, LeaseBook, Then

S = 1_000_000_000


@pytest.fixture
def subject() -> LeaseBook:
    return LeaseBook()


def test_nothing_is_allowed_before_a_lease(subject: LeaseBook) -> None:
    """It should stand, and say why."""
    verdict = subject.verdict(0)
    assert (verdict.may, verdict.phase, verdict.why) == ("stand", "none", "no leave to drive")


def test_a_lease_lets_drive_until_its_instant(subject: LeaseBook) -> None:
    """It should end at that very nanosecond unless it is renewed."""
    subject.grant(DriveLease("a", 5 * S), 0)
    assert subject.verdict(5 * S - 1).may == "drive"
    assert subject.verdict(0).until_mono_ns == 5 * S
    assert subject.verdict(5 * S).may == "stand"
    subject.grant(DriveLease("a", 6 * S), 5 * S)
    assert subject.verdict(5 * S).may == "drive"


def test_the_newest_grant_counts_also_where_it_is_shorter(subject: LeaseBook) -> None:
    """It should let a server that lost patience shorten what it granted."""
    subject.grant(DriveLease("a", 5 * S), 0)
    subject.grant(DriveLease("a", 2 * S), S)
    assert subject.verdict(2 * S).may == "stand"


def test_coasting_steers_and_has_no_throttle(subject: LeaseBook) -> None:
    """It should leave the steering to the model after the end."""
    subject.grant(DriveLease("a", S, "coast"), 0)
    verdict = subject.verdict(S)
    assert (verdict.may, verdict.phase, verdict.until_mono_ns) == ("coast", "expired", None)


def test_a_lap_is_finished_until_its_instant(subject: LeaseBook) -> None:
    """It should drive on until the lap would be over, and then stand."""
    lease = DriveLease("a", S, "finish_lap", finish_until_mono_ns=9 * S)
    subject.grant(lease, 0)
    assert subject.verdict(S).phase == "finishing"
    assert subject.verdict(S).until_mono_ns == 9 * S
    assert subject.verdict(9 * S).may == "stand"


def test_contact_that_comes_back_makes_a_lap_an_ordinary_one(subject: LeaseBook) -> None:
    """It should drive by the renewal, until that is over."""
    subject.grant(DriveLease("a", S, "finish_lap", 9 * S), 0)
    subject.grant(DriveLease("a", 6 * S, "finish_lap", 14 * S), 2 * S)
    assert subject.verdict(3 * S).phase == "valid"


def test_a_revoked_lease_is_not_renewed(subject: LeaseBook) -> None:
    """It should take a renewal that was under way for what it is, and a new go for a new one."""
    subject.grant(DriveLease("a", 5 * S), 0)
    subject.revoke("called back")
    assert subject.verdict(S).why == "called back"
    assert not subject.grant(DriveLease("a", 6 * S), S)
    assert subject.verdict(S).may == "stand"
    assert subject.grant(DriveLease("b", 6 * S), S)
    assert subject.verdict(S).may == "drive"


def test_an_emergency_stop_latches(subject: LeaseBook) -> None:
    """It should outlast every grant, and after its release want a new go."""
    subject.grant(DriveLease("a", 5 * S), 0)
    subject.e_stop("button")
    subject.e_stop("race control")
    assert not subject.grant(DriveLease("b", 5 * S), 1)
    assert subject.verdict(1).why == "emergency stop: button"
    subject.release()
    assert not subject.grant(DriveLease("a", 5 * S), 2)
    assert subject.verdict(2).may == "stand"
    assert subject.grant(DriveLease("c", 5 * S), 3)
    assert subject.e_stop_reason is None


def test_an_emergency_stop_from_before_is_still_latched() -> None:
    """It should begin latched where the guard that died was."""
    assert LeaseBook("button").verdict(0).may == "stand"


_THENS = st.sampled_from(["stop", "coast", "finish_lap"])


@given(st.integers(0, 2**62), st.integers(0, 2**62), st.integers(0, 2**62), _THENS)
def test_no_lease_lasts_for_ever(now_ns: int, expires_ns: int, finish_ns: int, then: Then) -> None:
    """It should end in bounded time, whatever instants were granted."""
    subject = LeaseBook()
    subject.grant(DriveLease("a", expires_ns, then, finish_ns), now_ns)
    assert subject.verdict(now_ns + MAX_LEASE_NS + MAX_FINISH_NS).may != "drive"
