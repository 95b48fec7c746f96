import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.ticks import float_tick_resolution_ns, mono_ns_from_ticks

YEAR_NS = 365 * 86_400 * 10**9


@given(st.integers(0, 2**63 - 1))
def test_integer_ticks_are_nanoseconds(mono_ns: int) -> None:
    """It should leave the kernel's integer as it is."""
    assert mono_ns_from_ticks(mono_ns) == mono_ns


@given(st.integers(0, 10 * YEAR_NS))
def test_float_ticks_come_back_within_their_resolution(mono_ns: int) -> None:
    """It should recover what gpiozero divided by 1e9, to the stated resolution."""
    found_ns = mono_ns_from_ticks(mono_ns / 1_000_000_000)
    assert abs(found_ns - mono_ns) <= float_tick_resolution_ns(mono_ns)


def test_resolution_in_the_first_days() -> None:
    """It should be one nanosecond while the machine is young, as the module says."""
    assert float_tick_resolution_ns(97 * 86_400 * 10**9) == 1
    assert float_tick_resolution_ns(YEAR_NS) == 4


@pytest.mark.parametrize("ticks", [float("nan"), float("inf"), -1, -0.5])
def test_no_instant(ticks: float) -> None:
    """It should refuse what is no instant."""
    with pytest.raises(ValueError, match="a pin handed over"):
        mono_ns_from_ticks(ticks)
