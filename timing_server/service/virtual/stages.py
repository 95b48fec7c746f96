"""Virtual stages: planned with a track that is kept as it is, and sealed ones named in time."""

import json
from concurrent.futures import Future
from dataclasses import replace

from timing_server.rules.answers.virtual.stages import instant_of, seal_of
from timing_server.rules.commands.virtual import PlanVirtualStage, RevealTrack
from timing_server.rules.facts.virtual import VirtualRules
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import EventPhase, Stage
from timing_server.rules.units import EventId, StageId, StreamId
from timing_server.service.access import Secrets
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.office import Caller, Office, Outcome, outcome_of
from timing_server.service.tracks.laying import keep_track
from timing_server.service.tracks.raced import RaceTrack

SERVER_ACTOR = "server"


class VirtualStages:
    """Plans virtual stages; a track's file is kept under its hash for as long as the server is."""

    def __init__(self, writer: Writer, office: Office, secrets: Secrets) -> None:
        self._writer = writer
        self._office = office
        self._secrets = secrets

    def plan(
        self,
        caller: Caller,
        event_id: EventId,
        wanted: PlanVirtualStage,
        track: RaceTrack | None,
        *,
        is_sealed: bool,
    ) -> "Future[Outcome]":
        """Let a stage be raced on a track; ``track`` None: on the one that it has.

        The future raises UnknownIdError and what the rules refuse.
        """
        salt = self._secrets.token()

        def work(draft: Draft) -> Outcome:
            if event_id not in draft.known.venue.events:
                raise UnknownIdError("event", event_id)
            stage = draft.head(StreamId(event_id)).state.stages.get(wanted.stage_id)
            rules = _with_track(wanted.rules, stage, track, salt if is_sealed else None)
            if track is not None:
                keep_track(draft, track)
            if track is not None and is_sealed:
                content = {"track": track.name, "sha256": track.sha256, "salt": salt}
                draft.rows.put_blob(_sealed_blob(event_id, wanted.stage_id), _json(content))
            command = replace(wanted, rules=rules)
            stream = StreamId(event_id)
            recorded = draft.decide(stream, command, caller.principal, caller.retry_key)
            outcome = outcome_of(recorded, draft.head(stream).state.seq)
            reveal_due(draft, event_id, wanted.stage_id)
            return outcome

        return self._office.once(caller, work)

    def reveal(self, event_id: EventId) -> "Future[None]":
        """Name the tracks that were sealed until now."""

        def work(draft: Draft) -> None:
            for stage_id in draft.head(StreamId(event_id)).state.stages:
                reveal_due(draft, event_id, stage_id)

        return self._writer.submit(work)


def is_reveal_due(state: EventState, now_utc: str) -> bool:
    """Whether a sealed track of an event is to be named by now."""
    return any(_is_due(state, stage, now_utc) for stage in state.stages.values())


def _is_due(state: EventState, stage: Stage, now_utc: str) -> bool:
    rules = stage.virtual
    if state.phase is EventPhase.CLOSED:
        return False  # nothing is added to it any more
    is_sealed = rules is not None and rules.track_seal is not None and not rules.track_sha256
    return rules is not None and is_sealed and instant_of(now_utc) >= instant_of(rules.opens_utc)


def reveal_due(draft: Draft, event_id: EventId, stage_id: StageId) -> None:
    """Name a stage's sealed track where the stage has opened."""
    stream = StreamId(event_id)
    state = draft.head(stream).state
    stage = state.stages.get(stage_id)
    if stage is None or not _is_due(state, stage, draft.wall_utc):
        return
    content = draft.rows.blob(_sealed_blob(event_id, stage_id))
    if content is None:
        return  # a log that was imported, or a data folder that was put together by hand
    told = json.loads(content)
    reveal = RevealTrack(stage_id, told["track"], told["sha256"], told["salt"], draft.wall_utc)
    draft.decide(stream, reveal, SERVER_ACTOR)
    draft.rows.delete_blob(_sealed_blob(event_id, stage_id))


def _with_track(
    rules: VirtualRules, stage: Stage | None, track: RaceTrack | None, salt: str | None
) -> VirtualRules:
    """Return the rules with the track in them, or with its seal, or with what the stage has."""
    if track is None:
        before = None if stage is None else stage.virtual
        if before is None:
            return rules
        return replace(
            rules,
            track=before.track,
            track_sha256=before.track_sha256,
            track_seal=before.track_seal,
        )
    if salt is not None:
        return replace(rules, track="", track_sha256="", track_seal=seal_of(salt, track.sha256))
    return replace(rules, track=track.name, track_sha256=track.sha256, track_seal=None)


def _sealed_blob(event_id: str, stage_id: str) -> str:
    return f"sealed-track.{event_id}.{stage_id}"


def _json(content: dict[str, str]) -> bytes:
    return json.dumps(content).encode()
