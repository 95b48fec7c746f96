"""What systemd hears of the drive loop."""

from car_agent.heartbeat import Heartbeat as subject  # noqa: N813 - the thing under test
from tests.car_agent.doubles import FakeClock


def test_tells_now_and_then() -> None:
    """It should tell at once, then every two seconds, however often the loop goes round."""
    clock, told = FakeClock(), list[str]()
    beat = subject(told.append, clock)
    for _ in range(50):
        beat()
        clock.advance_ms(100)
    assert told == ["WATCHDOG=1"] * 3
