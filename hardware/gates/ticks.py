"""Turns the tick that a gpiozero pin hands over into integer nanoseconds, and says how finely.

gpiozero's pins call ``when_changed(ticks, state)``. With its lgpio pin, ``ticks`` is the kernel's
nanoseconds divided by 1e9: a float of seconds. A float has 53 bits, so its step is 0.12 ns while
the machine has been up for less than 12 days, 0.93 ns up to 97 days, and doubles with each doubling
of the uptime. ``KernelStampPin`` keeps the kernel's integer instead, hence the convention: an int
is nanoseconds already, a float is seconds.
"""

import math

_NS_PER_S = 1_000_000_000


def mono_ns_from_ticks(ticks: float) -> int:
    """Return integer nanoseconds of a tick: an int is nanoseconds, a float seconds.

    Rounded to the nearest nanosecond. Raises ValueError for a tick that is no instant.
    """
    if isinstance(ticks, int):
        mono_ns = ticks
    elif math.isfinite(ticks):
        mono_ns = round(ticks * _NS_PER_S)
    else:
        message = f"a pin handed over {ticks!r} as the instant of an edge"
        raise ValueError(message)
    if not 0 <= mono_ns < 2**63:
        message = f"a pin handed over {ticks!r}, which no monotonic clock shows"
        raise ValueError(message)
    return mono_ns


def float_tick_resolution_ns(mono_ns: int) -> int:
    """Return the step in ns, rounded up, of a float tick in seconds at uptime ``mono_ns``.

    The product with 1e9 is a float too, with at most the same relative step, so the error of
    ``mono_ns_from_ticks`` is within this one step.
    """
    return max(1, math.ceil(math.ulp(mono_ns / _NS_PER_S) * _NS_PER_S))
