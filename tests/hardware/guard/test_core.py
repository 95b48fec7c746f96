"""What the wheels should do: no sequence of messages leaves throttle on past a deadline."""

from dataclasses import dataclass

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.actuators.command import Command
from hardware.guard.core import (
    EXPIRED,
    HALTED,
    MAX_TTL_NS,
    NO_AGENT,
    NO_COMMAND,
    SILENCE_NS,
    SILENT_AGENT,
    GuardCore,
    Wanted,
)
from hardware.guard.lease import MAX_FINISH_NS, MAX_LEASE_NS, DriveLease, Then

MS = 1_000_000
S = 1_000_000_000
TTL_NS = 300 * MS


def command(now_ns: int, ttl_ns: int = TTL_NS, throttle_frac: float = 0.5) -> Command:
    return Command(0.1, throttle_frac, now_ns, now_ns, ttl_ns)


def driving(now_ns: int = 0) -> GuardCore:
    core = GuardCore()
    core.connect(now_ns)
    core.grant(DriveLease("a", now_ns + 5 * S), now_ns)
    core.submit(command(now_ns), now_ns)
    return core


def test_a_command_moves_the_car() -> None:
    """It should want the newest command while link and lease hold."""
    subject = driving()
    assert subject.settle(0) == Wanted(command(0), None, 0)
    assert subject.due_ns() == SILENCE_NS


@pytest.mark.parametrize(
    ("at_ns", "why"), [(SILENCE_NS, SILENT_AGENT), (SILENCE_NS - 1, None), (S, SILENT_AGENT)]
)
def test_a_silent_agent_is_neutral(at_ns: int, why: str | None) -> None:
    """It should not wait for the command's own end where the agent is stopped."""
    assert driving().settle(at_ns).why_neutral == why


def test_an_agent_that_comes_to_itself_decides_anew() -> None:
    """It should forget the command of an agent that fell silent, and have nothing due for it."""
    subject = driving()
    subject.settle(SILENCE_NS)
    assert subject.due_ns() is None
    subject.hear(SILENCE_NS + MS)
    assert subject.settle(SILENCE_NS + MS).command is None


def test_a_command_ends_by_itself() -> None:
    """It should be neutral at its end though the agent beats, and count it."""
    subject = driving()
    for beat in range(1, 8):
        subject.hear(beat * 40 * MS)
        assert subject.settle(beat * 40 * MS).why_neutral is None
    assert subject.due_ns() == TTL_NS
    wanted = subject.settle(TTL_NS + MS)
    assert wanted == Wanted(None, EXPIRED, TTL_NS)
    assert subject.stale_commands == 1


def test_a_stale_command_is_refused() -> None:
    """It should be neutral instead of what an old picture would have asked for."""
    subject = driving()
    assert not subject.submit(command(0), TTL_NS)
    assert subject.settle(TTL_NS).command is None


@pytest.mark.parametrize("throttle_frac", [float("nan"), float("inf")])
def test_what_is_no_number_is_no_command(throttle_frac: float) -> None:
    """It should be neutral, not whatever a driver makes of it."""
    subject = driving()
    assert not subject.submit(command(0, throttle_frac=throttle_frac), 0)
    assert subject.settle(0).command is None


def test_too_much_is_cut_off() -> None:
    """It should never ask the device for more than full throttle."""
    subject = driving()
    subject.submit(Command(-7.0, 3.0, 0, 0, TTL_NS), 0)
    wanted = subject.settle(0).command
    assert wanted is not None
    assert (wanted.steering_frac, wanted.throttle_frac) == (-1.0, 1.0)


def test_a_picture_from_the_future_does_not_live_longer() -> None:
    """It should count the time to live from now where the stamp is of another clock."""
    subject = driving()
    subject.submit(command(60 * S), 0)
    subject.hear(TTL_NS)
    assert subject.settle(TTL_NS).why_neutral == EXPIRED


def test_a_lost_lease_says_when() -> None:
    """It should name the lease's own instant as the cause, however late it is asked."""
    subject = driving()
    subject.grant(DriveLease("a", 100 * MS), 0)
    wanted = subject.settle(110 * MS)
    assert (wanted.why_neutral, wanted.cause_mono_ns) == (
        "the leave to drive was not renewed",
        100 * MS,
    )


def test_coasting_steers() -> None:
    """It should keep steering by the model, without its throttle."""
    subject = driving()
    subject.grant(DriveLease("a", 100 * MS, "coast"), 0)
    wanted = subject.settle(100 * MS)
    assert wanted.command == Command(0.1, 0.0, 0, 0, TTL_NS)
    assert wanted.why_neutral is not None


def test_the_end_of_the_agent_is_neutral_at_once() -> None:
    """It should not wait, and want a lease anew for whoever comes."""
    subject = driving()
    subject.disconnect(MS)
    assert subject.settle(MS) == Wanted(None, NO_AGENT, MS)
    assert subject.due_ns() is None
    subject.connect(2 * MS)
    assert subject.settle(2 * MS).why_neutral == "no leave to drive"
    assert subject.grant(DriveLease("a", S), 2 * MS)
    assert subject.settle(2 * MS).why_neutral == NO_COMMAND


def test_a_halt_keeps_the_lease() -> None:
    """It should be neutral until the next command, and tell since when that was asked for."""
    subject = driving()
    subject.halt(5 * MS, 4 * MS)
    assert subject.settle(5 * MS) == Wanted(None, HALTED, 4 * MS)
    subject.submit(command(6 * MS), 6 * MS)
    assert subject.settle(6 * MS).why_neutral is None
    assert subject.stale_commands == 0


def test_an_emergency_stop_outlasts_everything() -> None:
    """It should be neutral whatever comes, until it is released and a new lease is given."""
    subject = driving()
    subject.e_stop("button", MS, MS)
    subject.grant(DriveLease("b", S), 2 * MS)
    subject.submit(command(2 * MS), 2 * MS)
    assert subject.settle(2 * MS) == Wanted(None, "emergency stop: button", MS)
    subject.disconnect(3 * MS)
    subject.connect(4 * MS)
    assert subject.settle(4 * MS).why_neutral == "emergency stop: button"
    subject.release(5 * MS)
    subject.submit(command(5 * MS), 5 * MS)
    assert subject.settle(5 * MS).why_neutral == "no leave to drive"


@dataclass
class Said:
    """What the last messages allow, kept by the test in its own plain way."""

    heard_ns: int | None = None
    command_until_ns: int = 0
    lease_until_ns: int = 0
    is_stopped: bool = False

    def may_throttle(self, now_ns: int) -> bool:
        return (
            not self.is_stopped
            and self.heard_ns is not None
            and now_ns < self.heard_ns + SILENCE_NS
            and now_ns < self.command_until_ns
            and now_ns < self.lease_until_ns
        )


_INSTANTS = st.integers(-S, 400 * S)
_STEPS = st.lists(
    st.tuples(
        st.sampled_from(
            ["drive", "beat", "halt", "grant", "revoke", "e_stop", "release", "go", "come"]
        ),
        st.one_of(st.integers(0, 400 * MS), st.integers(0, 100 * S)),
        _INSTANTS,
        st.integers(0, 20 * S),
        st.sampled_from(["stop", "coast", "finish_lap"]),
    ),
    max_size=40,
)


@given(_STEPS)
def test_no_sequence_leaves_throttle_on_past_a_deadline(
    steps: list[tuple[str, int, int, int, Then]],
) -> None:
    """It should have throttle only while a fresh command, a lease and a living agent allow it."""
    subject, said, now_ns = GuardCore(), Said(), S
    for count, (kind, pause_ns, instant_ns, length_ns, then) in enumerate(steps):
        due_ns = subject.due_ns()
        if due_ns is not None and due_ns <= now_ns + pause_ns:
            assert has_throttle(subject.settle(due_ns)) <= said.may_throttle(due_ns)
        now_ns += pause_ns
        if said.heard_ns is not None:
            said.heard_ns = now_ns
            subject.hear(now_ns)
        say(subject, said, now_ns, (kind, instant_ns, length_ns, then, f"lease {count}"))
        assert has_throttle(subject.settle(now_ns)) <= said.may_throttle(now_ns)
        assert not has_throttle(subject.settle(now_ns + SILENCE_NS))


def has_throttle(wanted: Wanted) -> bool:
    return wanted.command is not None and wanted.command.throttle_frac != 0


def say(subject: GuardCore, said: Said, now_ns: int, what: tuple[str, int, int, Then, str]) -> None:
    """Tell the guard one thing, and keep what it allows at most."""
    kind, instant_ns, length_ns, then, name = what
    if kind == "drive":
        subject.submit(Command(0.0, 1.0, instant_ns, now_ns, length_ns), now_ns)
        said.command_until_ns = min(instant_ns, now_ns) + min(length_ns, MAX_TTL_NS)
    elif kind == "grant":
        finish_ns = instant_ns + length_ns
        subject.grant(DriveLease(name, instant_ns, then, finish_ns), now_ns)
        until_ns = min(instant_ns, now_ns + MAX_LEASE_NS)
        if then == "finish_lap":
            until_ns = max(until_ns, min(finish_ns, until_ns + MAX_FINISH_NS))
        said.lease_until_ns = until_ns
    elif kind == "halt":
        subject.halt(now_ns, instant_ns)
        said.command_until_ns = 0
    elif kind == "revoke":
        subject.revoke("called back", now_ns, instant_ns)
        said.lease_until_ns = 0
    elif kind == "e_stop":
        subject.e_stop("button", now_ns, instant_ns)
        said.is_stopped, said.lease_until_ns = True, 0
    elif kind == "release":
        subject.release(now_ns)
        said.is_stopped = False
    elif kind == "go":
        subject.disconnect(now_ns)
        said.heard_ns, said.lease_until_ns, said.command_until_ns = None, 0, 0
    elif kind == "come":
        subject.connect(now_ns)
        said.heard_ns = now_ns
