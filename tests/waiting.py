"""Waiting for what another process or thread brings about: looking again and again, for a while."""

import time
from collections.abc import Callable

#: Enough for a machine that does much else; nothing waits so long where all is well.
PATIENCE_S = 120.0
#: To look more often takes from the machine what is waited for: many looks are requests.
_LOOK_S = 0.05


def wait_until(
    is_so: Callable[[], object], what: str = "it", patience_s: float = PATIENCE_S
) -> None:
    """Wait until something is so; fail loudly where it never is."""
    deadline_s = time.monotonic() + patience_s
    while not is_so():
        assert time.monotonic() < deadline_s, f"waited in vain for {what}"
        time.sleep(_LOOK_S)
