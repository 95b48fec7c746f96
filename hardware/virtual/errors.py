"""What can go wrong with the virtual venue."""

from hardware.errors import HardwareError


class VenueError(HardwareError):
    """Root of the virtual venue's errors."""


class VenuePackagesError(VenueError, ImportError):
    """This machine lacks what the virtual venue is drawn and driven with."""

    exit_code = 2

    def __init__(self, error: ImportError) -> None:
        super().__init__(
            f"The virtual venue needs packages that are not installed here ({error.name}): "
            "run pip install -c constraints.txt -e '.[venue]' in Paddock's folder."
        )


class UnknownTrackError(VenueError, LookupError):
    """A track was named that isn't among the designs."""

    exit_code = 2


class TrackShapeError(VenueError, ValueError):
    """Points were given that make no closed track."""

    exit_code = 2


class TrackFileError(VenueError, ValueError):
    """A file was given as a track that holds none."""

    exit_code = 2


class TrackPhotoError(VenueError, ValueError):
    """A photo, or what is said of it, makes no picture from above."""

    exit_code = 2


class TrackPaperError(VenueError, ValueError):
    """A track is too large to be printed on such paper."""


class MeasuredFileError(VenueError, ValueError):
    """A file was given as what was measured of a car that holds nothing of the kind."""

    exit_code = 2


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
