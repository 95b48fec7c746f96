"""Facts of the venue's own stream that no event owns: its calendar, and its machine's ends."""

from dataclasses import dataclass

from timing_server.rules.units import BootId


@dataclass(frozen=True, slots=True)
class ClockCorrected:
    """Somebody set the server's calendar: as ``mono_ns`` was read in that boot it was ``new_utc``.

    From then on, until that boot ends, ``wall_utc`` runs on from there by the monotonic clock,
    whatever the machine's own calendar does. ``old_utc`` is what the server believed it was (both
    ISO 8601); ``offset_ns`` = new − old. Changes nothing but the calendar.
    """

    boot_id: BootId
    mono_ns: int
    old_utc: str
    new_utc: str
    offset_ns: int


@dataclass(frozen=True, slots=True)
class MachineSentDown:
    """Somebody told the server's machine to end: ``verb`` is ``poweroff`` or ``reboot``."""

    boot_id: BootId
    verb: str
