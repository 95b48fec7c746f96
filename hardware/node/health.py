"""How the node is doing: alarms that a person must hear of, and counters for the log."""

import threading
from collections.abc import Mapping

import structlog

_log = structlog.get_logger()


class Alarms:
    """The red lamps. Raised and cleared by name from any thread; each change is logged once."""

    def __init__(self) -> None:
        self._sentences: dict[str, str] = {}
        self._lock = threading.Lock()

    def set_alarm(self, name: str, sentence: str) -> None:
        """Raise an alarm, or change its sentence."""
        with self._lock:
            is_new = self._sentences.get(name) != sentence
            self._sentences[name] = sentence
        if is_new:
            _log.error("alarm", alarm=name, sentence=sentence)

    def clear_alarm(self, name: str) -> None:
        """Put an alarm out, where it is on."""
        with self._lock:
            was_on = self._sentences.pop(name, None) is not None
        if was_on:
            _log.info("alarm_cleared", alarm=name)

    @property
    def active(self) -> Mapping[str, str]:
        """Return the alarms that are on, by name."""
        with self._lock:
            return dict(self._sentences)


class Counters:
    """Plain counts by name, kept for the health report; each name has one writing thread."""

    def __init__(self) -> None:
        self._counts: dict[str, int] = {}

    def add(self, name: str, by: int = 1) -> None:
        """Count."""
        self._counts[name] = self._counts.get(name, 0) + by

    def put(self, name: str, value: int) -> None:
        """Set a gauge."""
        self._counts[name] = value

    def keep_max(self, name: str, value: int) -> None:
        """Keep the largest value that was seen."""
        self._counts[name] = max(value, self._counts.get(name, value))

    @property
    def all(self) -> Mapping[str, int]:
        """Return every count."""
        return dict(self._counts)


def report_health(alarms: Alarms, counters: Counters) -> None:
    """Write one line with everything to the log."""
    active = alarms.active
    log = _log.warning if active else _log.info
    log("health", alarms=sorted(active), **counters.all)
