"""How durations are written for people: ``9.482``, ``1:02.345``, truncated to milliseconds.

``mark`` stands before the decimals: a point in English, a comma in Spanish.
"""

_US_PER_MS = 1_000
_MS_PER_S = 1_000
_MS_PER_MIN = 60 * _MS_PER_S
NONE_YET = "–"


def shown_time(value_us: int | None, mark: str) -> str:
    """Return a duration in microseconds as text; a dash where there is none."""
    if value_us is None:
        return NONE_YET
    minutes, rest_ms = divmod(value_us // _US_PER_MS, _MS_PER_MIN)
    seconds, ms = divmod(rest_ms, _MS_PER_S)
    whole = f"{minutes}:{seconds:02d}" if minutes else str(seconds)
    return f"{whole}{mark}{ms:03d}"


def time_within(value_us: int | None, bound_us: int, mark: str) -> str:
    """Return a time as people read it, ``≈ 9.482`` where it may be off by what is shown."""
    about = "≈ " if value_us is not None and bound_us >= _US_PER_MS else ""
    return f"{about}{shown_time(value_us, mark)}"


def shown_worth(value_us: int | None, value_laps: int | None, mark: str) -> str:
    """Return what ranks: a time, behind the laps where the format counts them."""
    text = shown_time(value_us, mark)
    return text if value_laps is None else f"{value_laps} · {text}"
