"""What can go wrong with recordings of pins."""

from hardware.errors import HardwareError


class RecordingError(HardwareError, ValueError):
    """A recording can't be read: missing, or not what ``paddock node record`` writes."""

    exit_code = 2


class RecordingFileError(HardwareError, OSError):
    """A recording can't be written: it exists already, or the disk won't have it."""
