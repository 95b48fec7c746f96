"""What can go wrong with the venue's tracks."""

from timing_server.service.errors import ServiceError


class TracksClosedError(ServiceError, RuntimeError):
    """This server lacks what tracks are measured with."""

    code = "tracks_closed"


class TrackRefusedError(ServiceError, ValueError):
    """What was sent makes no track; the sentence says why."""

    code = "track_refused"


class TrackUnreadableError(ServiceError, ValueError):
    """A photo or a file holds no track; the sentence says why."""

    code = "track_unreadable"

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence, reason=sentence)


class TracksBusyError(ServiceError, RuntimeError):
    """More photos and files wait to be read than anybody would wait for."""

    code = "tracks_busy"


class TrackChangedError(ServiceError, ValueError):
    """Somebody else has saved the track since it was opened."""

    code = "track_changed"


class NotOwnTrackError(ServiceError, PermissionError):
    """A driver wants to change a track that is somebody else's."""

    code = "not_own_track"


class TooManyTracksError(ServiceError, ValueError):
    """Somebody, or the venue, has as many tracks as are kept."""

    code = "too_many_tracks"
