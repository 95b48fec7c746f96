import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing_server.formats import attempts as subject


def test_laps_are_cut_to_the_resolution_not_rounded() -> None:
    """Laps rank truncated to the stage's resolution: what differs below it ties."""
    assert subject.truncated_ns(8_000_999_999, 1_000_000) == 8_000_000_000
    assert subject.truncated_ns(8_001_000_000, 1_000_000) == 8_001_000_000
    assert subject.truncated_ns(8_000_999_999, 1) == 8_000_999_999


@pytest.mark.parametrize("resolution_ns", [1, 1_000_000, 10_000_000])
@given(
    duration_ns=st.integers(0, 10**12),
)
def test_truncation_never_lengthens(resolution_ns: int, duration_ns: int) -> None:
    """A truncated lap is a multiple of the resolution, and less than one of it shorter."""
    cut_ns = subject.truncated_ns(duration_ns, resolution_ns)
    assert cut_ns % resolution_ns == 0
    assert 0 <= duration_ns - cut_ns < resolution_ns
