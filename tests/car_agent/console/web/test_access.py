"""Codes and sessions of the car's console."""

import pytest

from car_agent.console.web.access import MAX_WRONG, SESSION_S, TooManyTriesError, WrongCodeError
from car_agent.console.web.access import Access as subject  # noqa: N813 - the thing under test


class Watch:
    """A clock in seconds that the test moves."""

    now_s = 1000.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def watch() -> Watch:
    return Watch()


def wrong(code: str) -> str:
    return f"{(int(code) + 1) % 1_000_000:06d}"


def test_a_code_logs_in_once(watch: Watch) -> None:
    """It should take the code that is shown, once, and show another."""
    shown: list[str] = []
    access = subject(shown.append, watch)
    token = access.log_in(f" {shown[0]} ")
    assert access.is_known(token)
    assert len(shown) == 2
    if shown[1] != shown[0]:
        with pytest.raises(WrongCodeError):
            access.log_in(shown[0])


def test_sessions_end(watch: Watch) -> None:
    """It should forget a session after its time, and when it logs out."""
    shown: list[str] = []
    access = subject(shown.append, watch)
    first, second = access.log_in(shown[-1]), access.log_in(shown[-1])
    access.log_out(first)
    assert (access.is_known(first), access.is_known(second)) == (False, True)
    watch.now_s += SESSION_S
    assert not access.is_known(second)
    assert not access.is_known(None)


def test_guessing_is_slowed(watch: Watch) -> None:
    """It should take no code at all for a minute after too many wrong ones."""
    shown: list[str] = []
    access = subject(shown.append, watch)
    for _ in range(MAX_WRONG):
        with pytest.raises(WrongCodeError):
            access.log_in(wrong(shown[0]))
    with pytest.raises(TooManyTriesError):
        access.log_in(shown[0])
    watch.now_s += 60
    assert access.is_known(access.log_in(shown[0]))
