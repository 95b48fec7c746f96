"""Who waits for the server's work on tracks."""

from contextlib import ExitStack

import pytest

from timing_server.service.tracks.errors import TracksBusyError
from timing_server.service.tracks.waiting import WaitingRoom


def test_one_address_has_a_few_places() -> None:
    """It should refuse the next one from there, let others in, and have a place again after one."""
    subject = WaitingRoom(most=5, most_from_one=2)
    with ExitStack() as waiting:
        first = waiting.enter_context(ExitStack())
        first.enter_context(subject.place("10.0.0.1"))
        waiting.enter_context(subject.place("10.0.0.1"))
        with (
            pytest.raises(TracksBusyError, match="busy with other tracks"),
            subject.place("10.0.0.1"),
        ):
            pass
        waiting.enter_context(subject.place("10.0.0.2"))
        first.close()
        waiting.enter_context(subject.place("10.0.0.1"))


def test_all_together_have_so_many() -> None:
    """It should refuse whoever comes when it is full, and empty itself where the work fails."""
    subject = WaitingRoom(most=2, most_from_one=2)
    waiting = ExitStack()
    for client in ("10.0.0.1", "10.0.0.2"):
        waiting.enter_context(subject.place(client))
    with pytest.raises(TracksBusyError), subject.place("10.0.0.3"):
        pass
    failure = ZeroDivisionError()
    assert not waiting.__exit__(ZeroDivisionError, failure, None)
    with subject.place("10.0.0.3"), subject.place("10.0.0.3"):
        pass
