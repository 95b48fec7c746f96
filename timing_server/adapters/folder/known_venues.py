"""Which venue's key vouched for which event, as this machine first saw it (trust on first use)."""

import json
import os
from contextlib import suppress
from pathlib import Path

from platformdirs import user_data_path

MAX_BYTES = 4 * 1024 * 1024


def default_known_venues_file() -> Path:
    """Return where this user's machine remembers keys; it holds nothing secret."""
    return user_data_path("paddock") / "known-venues.json"


class KnownVenues:
    """Fingerprints of venue keys by event. A file that can't be used costs the memory, no more."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def key_of(self, event_id: str) -> str | None:
        """Return the key that vouched for the event when it was first seen here."""
        return self._read().get(event_id)

    def remember(self, event_id: str, venue_key: str) -> bool:
        """Keep the key of an event seen for the first time; say whether that could be done."""
        known = self._read() | {event_id: venue_key}
        fresh = self.path.with_name(f".{self.path.name}.{os.getpid()}")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            fresh.write_text(json.dumps(known, indent=1, sort_keys=True) + "\n", encoding="utf-8")
            fresh.replace(self.path)
        except OSError:
            with suppress(OSError):
                fresh.unlink(missing_ok=True)
            return False
        return True

    def _read(self) -> dict[str, str]:
        try:
            if self.path.stat().st_size > MAX_BYTES:
                return {}
            found = json.loads(self.path.read_text(encoding="utf-8"))
        except (OSError, ValueError):
            return {}
        if not isinstance(found, dict):
            return {}
        return {str(key): str(value) for key, value in found.items()}
