"""What can go wrong with cars' records: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class RecordUnwantedError(ServiceError, ValueError):
    """A record is of no run that this car drove here."""

    code = "record_unwanted"


class RecordPieceError(ServiceError, ValueError):
    """A piece doesn't begin where the record ends by now; ask where that is."""

    code = "record_piece_misplaced"


class RecordsFullError(ServiceError, OSError):
    """There is no room for a record; the car keeps it."""

    code = "records_full"


class RecordUnreadableError(ServiceError, ValueError):
    """A record that a car sent can't be played."""

    code = "record_unreadable"
