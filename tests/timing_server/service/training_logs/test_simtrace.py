"""Logs in DeepRacer's columns: what they come to, and what is refused."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.service.training_logs.logs import driven_log, episode, line, log_of
from timing_server.service.training_logs import simtrace as subject
from timing_server.service.training_logs.errors import LogTooLargeError, LogUnreadableError


def test_real_laps_are_read() -> None:
    """It should read what 'paddock evaluate --log' wrote: whole laps, their ways and thirds."""
    run = subject.read_simtrace(driven_log())
    assert (run.steering_unit, run.throttle_unit) == ("deg", "mps")
    assert [lap.number for lap in run.laps] == [0, 1, 2, 3]
    assert [lap.invalid for lap in run.laps] == ["part", None, None, None]
    assert not run.has_real_gates
    for lap in run.counted:
        assert 4_000_000 < lap.duration_us < 9_000_000
        assert len(lap.sectors) == 3
        assert sum(part.duration_ns for part in lap.sectors) == lap.duration_us * 1000
        speeds = [each.speed_mps for each in lap.samples if each.speed_mps is not None]
        assert len(speeds) == len(lap.samples) - 1
        assert 0 < min(speeds) <= max(speeds) < 4.5
        assert all(each.reward is None for each in lap.samples)  # that log has none


def test_episodes_say_how_they_ended() -> None:
    """It should keep an episode that broke off as far as it came, and say where it ended."""
    off = episode(2)[:4]
    off[-1] |= {"episode_status": "off_track", "done": True}
    run = subject.read_simtrace(log_of(*episode(1), *off))
    whole, broken = run.laps
    assert (whole.invalid, whole.reach, whole.duration_us) == (None, 1.0, 900_000)
    assert broken.invalid == "off_track"
    assert broken.reach == pytest.approx(0.4)
    assert [(each.position.x_m, each.at_us) for each in broken.exits if each.position] == [
        (0.4, 300_000)
    ]
    assert broken.sectors == ()
    assert run.best is whole
    assert sum(each.reward or 0 for each in whole.samples) == 10


def test_a_clock_may_count_since_1970() -> None:
    """It should read logs of the console as well, whose instants are seconds since 1970."""
    lines = [line(1, step, tstamp=1_671_000_000.25 + step / 10) for step in range(1, 11)]
    [lap] = subject.read_simtrace(log_of(*lines)).laps
    assert (lap.invalid, lap.duration_us) == (None, 900_000)


def test_a_reset_within_a_lap_is_an_exit() -> None:
    """It should count each time that the car was put back, and go on."""
    lines = episode(1)
    lines[3] |= {"episode_status": "off_track"}
    lines[4] |= {"progress": 20.0}
    [lap] = subject.read_simtrace(log_of(*lines)).laps
    assert (lap.invalid, lap.resets, len(lap.exits)) == (None, 1, 1)
    places = [each.place for each in lap.samples]
    assert places == sorted(places)


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "no column 'episode'"),
        (b"\xff\xfe\x00", "no text"),
        (b"a,b,c\n1,2,3\n", "no column 'episode'"),
        (log_of(), "no line"),
        (log_of(line(1, 1, steer="left")), "Line 2: 'steer' is no number"),
        (log_of(line(1, 1, X="nan")), "Line 2: 'X' is out of any range"),
        (log_of(line(1, 1, tstamp="inf")), "Line 2: 'tstamp' is out of any range"),
        (log_of(line(1, 1, episode="1e300")), "Line 2: 'episode' is out of any range"),
        (log_of(line(1, 2), line(1, 1)), "The clock of episode 1 runs backwards"),
        (log_of(line(1, 1), line(2, 1), line(1, 2)), "episode 1 don't stand together"),
        (log_of(line(1, 1)) + b"x" * 5_000, "Line 3 is longer"),
        (b'episode,X\n"1,2\n', "no column 'Y'"),
    ],
)
def test_what_is_no_log_is_one_sentence(content: bytes, says: str) -> None:
    """It should say what is wrong, and in which line."""
    with pytest.raises(LogUnreadableError, match=says):
        subject.read_simtrace(content)


def test_what_is_too_much_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should bound bytes, lines and episodes before it takes them in."""
    with pytest.raises(LogTooLargeError, match="8 MiB"):
        subject.read_simtrace(b" " * (subject.MAX_BYTES + 1))
    monkeypatch.setattr(subject, "MAX_ROWS", 15)
    with pytest.raises(LogTooLargeError, match="15 lines"):
        subject.read_simtrace(log_of(*episode(1), *episode(2)))
    monkeypatch.setattr(subject, "MAX_EPISODES", 2)
    with pytest.raises(LogTooLargeError, match="2 episodes"):
        subject.read_simtrace(log_of(*(line(number, 1) for number in range(3))))


@given(st.binary(max_size=300))
def test_bytes_of_anybody_end_in_a_sentence(junk: bytes) -> None:
    """It should refuse what is no log, wherever in a good one it comes."""
    for content in (junk, log_of(line(1, 1)) + junk):
        with suppress(LogUnreadableError, LogTooLargeError):
            assert subject.read_simtrace(content).laps


@given(
    st.lists(st.sampled_from([0.0, 5.0, 50.0, 97.0, 100.0, 250.0, -3.0]), min_size=1, max_size=20)
)
def test_any_progress_makes_a_lap(shares: list[float]) -> None:
    """It should place every line within the lap, forwards, whatever the log says."""
    lines = [line(1, step, progress=share) for step, share in enumerate(shares)]
    [lap] = subject.read_simtrace(log_of(*lines)).laps
    places = [each.place for each in lap.samples]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= lap.reach <= 1
