import pytest

from hardware.gates.edges import Edge
from hardware.gates.pins import SensorWiring
from hardware.gates.profiles import BEAM_BREAK, TRIP_SWITCH
from hardware.node.wiring.judgement import Pulse, judge, pulses_of

WIRING = SensorWiring("finish", "beam", 17, BEAM_BREAK)
MS = 1_000_000


def edges(*changes: tuple[int, int]) -> list[Edge]:
    return [Edge("finish", "beam", at_ns, 1 if level else 0) for at_ns, level in changes]


def faults(seen: list[Edge], *, was_broken: bool = False, is_broken: bool = False) -> list[str]:
    found = judge(WIRING, seen, was_broken=was_broken, is_broken=is_broken)
    assert found
    return [finding.sentence for finding in found if finding.is_fault]


def test_a_good_sensor() -> None:
    """It should find no fault in a wave, and say how wide it was."""
    seen = edges((0, 1), (180 * MS, 0))
    (found,) = judge(WIRING, seen, was_broken=False, is_broken=False)
    assert (found.sentence, found.is_fault) == ("Broken for 180.0 ms: that can time a lap.", False)


@pytest.mark.parametrize(
    ("seen", "was_broken", "is_broken", "words"),
    [
        ([], False, False, "No edge on GPIO 17"),
        ([], True, True, "says 'broken' all the time"),
        (edges((0, 0), (180 * MS, 1)), True, True, "set is_inverted for sensor 'beam'"),
        (edges((0, 1), (5_000, 0)), False, False, "too short for a hand"),
        (edges((0, 1), (300_000, 0)), False, False, "name the sensor's own profile"),
        (edges(*((n * MS, n % 2) for n in range(1, 31))), False, False, "30 edges in one wave"),
        (edges((0, 0)), False, False, "wave once more"),
    ],
)
def test_each_fault(seen: list[Edge], was_broken: bool, is_broken: bool, words: str) -> None:
    """It should name each fault of wiring, and what to do about it."""
    found = faults(seen, was_broken=was_broken, is_broken=is_broken)
    assert any(words in sentence for sentence in found), found


def test_another_profile() -> None:
    """It should hold a pulse against the sensor's own profile."""
    switch = SensorWiring("finish", "switch", 4, TRIP_SWITCH)
    seen = edges((0, 1), (1 * MS, 0))
    found = judge(switch, seen, was_broken=False, is_broken=False)
    assert "a trip_switch gives at least 2.0 ms" in found[0].sentence


def test_pulses() -> None:
    """It should pair each break with the clearing that ends it."""
    seen = edges((0, 0), (5, 1), (6, 1), (9, 0), (9, 0), (20, 1))
    assert pulses_of(seen) == (Pulse(5, 4),)
