"""What the console's tests wait for."""

import time
from collections.abc import Callable

PATIENCE_S = 30.0


def eventually(holds: Callable[[], bool]) -> None:
    """Wait until it holds; fail where it never does."""
    end_s = time.monotonic() + PATIENCE_S
    while not holds():
        assert time.monotonic() < end_s, "it never came true"
        time.sleep(0.02)
