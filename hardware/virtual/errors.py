"""What can go wrong with the virtual venue."""

from hardware.errors import HardwareError


class VenueError(HardwareError):
    """Root of the virtual venue's errors."""


class UnknownTrackError(VenueError, LookupError):
    """A track was named that isn't among the designs."""

    exit_code = 2


class TrackShapeError(VenueError, ValueError):
    """Points were given that make no closed track."""


class SocketPathError(VenueError, OSError):
    """The venue's socket can't be opened where the settings say."""

    exit_code = 2


class TallyFileError(VenueError, OSError):
    """The tally can't be written where the settings say."""

    exit_code = 2


class VenueTokenError(VenueError, PermissionError):
    """The server doesn't accept the venue's token, or there is none."""


class LinkError(VenueError, ValueError):
    """Bytes on the venue's socket that are no message."""
