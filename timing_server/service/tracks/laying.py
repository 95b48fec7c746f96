"""Stages of real cars on a track of the library, which is kept as it is when it is told."""

from concurrent.futures import Future

from timing_server.rules.commands.plan import LayTrack, PlanStage
from timing_server.rules.units import EventId, StreamId
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome, outcome_of
from timing_server.service.tracks.raced import RaceTrack


def track_blob(track_sha256: str) -> str:
    """Return the name under which a track's file is kept."""
    return f"race-track.{track_sha256}"


def keep_track(draft: Draft, track: RaceTrack) -> None:
    """Keep a track's file under its hash; a design needs none."""
    if track.document is not None:
        draft.rows.put_blob(track_blob(track.sha256), track.document.encode())


def on_track(
    office: Office,
    caller: Caller,
    event_id: EventId,
    command: PlanStage | LayTrack,
    track: RaceTrack | None,
) -> "Future[Outcome]":
    """Take a command that names a track to its event, and keep the track with it.

    The future raises UnknownIdError and what the rules refuse.
    """

    def work(draft: Draft) -> Outcome:
        if event_id not in draft.known.venue.events:
            raise UnknownIdError("event", event_id)
        if track is not None:
            keep_track(draft, track)
        stream = StreamId(event_id)
        recorded = draft.decide(stream, command, caller.principal, caller.retry_key)
        return outcome_of(recorded, draft.head(stream).state.seq)

    return office.once(caller, work)
