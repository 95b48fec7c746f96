"""When time is up: instants that pauses push back, since nobody's clock runs during one.

Pauses are given as a heat has them: in the order of their instants, none within another.
"""

from collections.abc import Sequence

from timing_server.rules.state.heat import Pause


def due_after(start_ns: int, length_ns: int, pauses: Sequence[Pause]) -> int:
    """Return the instant at which ``length_ns`` will have run since ``start_ns``, without pauses.

    A pause that lasts adds nothing yet: what isn't due when it begins isn't due until it ends.
    """
    due_ns = start_ns + length_ns
    for pause in pauses:
        if pause.from_race_ns >= due_ns:
            break
        if pause.until_race_ns is not None and pause.until_race_ns > start_ns:
            due_ns += pause.until_race_ns - max(pause.from_race_ns, start_ns)
    return due_ns


def is_paused_at(race_ns: int, pauses: Sequence[Pause]) -> bool:
    """Whether clocks stood still at the instant; at the very resume they run again."""
    return any(
        pause.from_race_ns <= race_ns
        and (pause.until_race_ns is None or race_ns < pause.until_race_ns)
        for pause in pauses
    )


def is_paused_between(opened_ns: int, closed_ns: int, pauses: Sequence[Pause]) -> bool:
    """Whether clocks stood still for any part of the time between two instants."""
    return any(
        pause.from_race_ns < closed_ns
        and (pause.until_race_ns is None or pause.until_race_ns > opened_ns)
        for pause in pauses
    )
