"""Whose word counts: told by a fingerprint, else remembered from the first time, else taken."""

from typing import Protocol

from timing_server.service.results.archive import Bundle
from timing_server.service.results.checking import CheckedBundle, check_bundle, event_of


class VenueMemory(Protocol):
    """Where a machine remembers which key vouched for an event."""

    def key_of(self, event_id: str) -> str | None:
        """Return the key that vouched for the event when it was first seen here."""

    def remember(self, event_id: str, venue_key: str) -> bool:
        """Keep the key of an event seen for the first time; say whether that could be done."""


def check_trusted(
    bundle: Bundle, memory: VenueMemory, told_key: str | None
) -> tuple[CheckedBundle, str | None]:
    """Return the checked bundle, and a sentence about trust where a person should read one.

    ``told_key`` is the fingerprint that somebody typed; it counts more than what is remembered.
    Raises what ``check_bundle`` raises.
    """
    event_id = event_of(bundle)
    known_key = memory.key_of(event_id)
    checked = check_bundle(bundle, told_key or known_key)
    if known_key == checked.venue_key:
        return checked, None
    is_kept = memory.remember(event_id, checked.venue_key)
    if told_key is not None:
        return checked, None
    kept = "From now on only this key counts for it here." if is_kept else ""
    sentence = (
        f"Signed with the venue key {checked.venue_key}, of an event that this machine meets for "
        "the first time. Compare the key with the one on the venue's results page, or give it with "
        f"--venue-key: somebody who signed a changed copy anew would show another. {kept}"
    )
    return checked, sentence.rstrip()
