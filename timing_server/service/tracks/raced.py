"""The tracks that races are driven on, whatever becomes of the venue's own meanwhile."""

from dataclasses import dataclass

from timing_server.contract.server.tracks import TrackDocument, TrackShape
from timing_server.service.errors import UnknownIdError
from timing_server.service.tracks.ports import TrackDesk

#: Measured tracks of races that people look at.
KEPT = 32


@dataclass(frozen=True, slots=True)
class RaceTrack:
    """A track that a race is driven on: ``sha256`` is its line's, width's and ground's.

    ``document`` is what a ``.track`` file of it says, None for a design, which every release has.
    """

    track_id: str
    name: str
    sha256: str
    document: str | None = None


class RacedTracks:
    """Remembers what raced tracks look like, by hash; one caller at a time."""

    def __init__(self) -> None:
        self._known: dict[str, TrackShape] = {}

    def shape(
        self, desk: TrackDesk, name: str, sha256: str, document: TrackDocument | None
    ) -> TrackShape:
        """Return what a track looks like; ``document`` None: it is a design.

        Raises UnknownIdError where the design isn't the one that was raced, else ValueError.
        """
        known = self._known.get(sha256)
        if known is None:
            known = self._known[sha256] = _measured(desk, name, sha256, document)
            while len(self._known) > KEPT:
                del self._known[next(iter(self._known))]
        return known


def _measured(
    desk: TrackDesk, name: str, sha256: str, document: TrackDocument | None
) -> TrackShape:
    if document is not None:
        return desk.shape(document.points, document.width_m)
    if name not in desk.design_names() or desk.sha256(name) != sha256:
        raise UnknownIdError("track", sha256)
    return desk.design_shape(name)
