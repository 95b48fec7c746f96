"""The cameras at the gates: their word on passes, and how they are. For people; no facts."""

from collections import deque
from collections.abc import Sequence
from concurrent.futures import Future
from dataclasses import dataclass, replace

from pydantic import TypeAdapter

from timing_server.contract.machines.cameras import (
    CameraHealth,
    CameraReport,
    CameraStatus,
    CameraWord,
    SeenMark,
    UnclaimedMark,
)
from timing_server.rules.passes.placing import car_wearing
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, MarkId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.log.writer import Writer
from timing_server.service.ports import Store

_UNCLAIMED_KEPT = 20
_UNCLAIMED_BLOB = "unclaimed-marks"
_reports_of: TypeAdapter[tuple[CameraReport, ...]] = TypeAdapter(tuple[CameraReport, ...])
_unclaimed_of: TypeAdapter[tuple[tuple[str, CameraReport], ...]] = TypeAdapter(
    tuple[tuple[str, CameraReport], ...]
)


@dataclass(frozen=True, slots=True)
class _Heard:
    health: CameraHealth
    at_race_ns: int
    picture: bytes | None = None
    picture_seq: int = 0


class PassCameras:
    """Keeps each camera's newest word on each pass, and the newest crossings without a pass."""

    def __init__(self, writer: Writer, store: Store) -> None:
        self._writer = writer
        self._store = store
        #: By node and gate.
        self._cameras: dict[tuple[str, str], _Heard] = {}

    def take(self, node_id: str, report: CameraReport) -> "Future[None]":
        """Keep a camera's word, in place of what it said of that pass before."""
        keep = _keep_unclaimed if report.seq is None else _keep_word
        return self._writer.submit(lambda draft: keep(draft, node_id, report))

    def take_health(self, node_id: str, health: CameraHealth, now_race_ns: int) -> None:
        """Note how a camera is."""
        before = self._cameras.get((node_id, health.gate), _Heard(health, now_race_ns))
        heard = replace(before, health=health, at_race_ns=now_race_ns)
        self._cameras[node_id, health.gate] = heard

    def check(self, node_id: str, gate: str) -> None:
        """Raise UnknownIdError unless that camera was heard since the server started."""
        self._heard(node_id, gate)

    def take_picture(self, node_id: str, gate: str, picture: bytes) -> None:
        """Note what a camera sees, as a JPEG made by this server. Raises UnknownIdError."""
        before = self._heard(node_id, gate)
        self._cameras[node_id, gate] = replace(
            before, picture=picture, picture_seq=before.picture_seq + 1
        )

    def picture(self, node_id: str, gate: str) -> bytes:
        """Return the newest picture that a camera sent. Raises UnknownIdError."""
        found = self._heard(node_id, gate).picture
        if found is None:
            raise UnknownIdError("picture", gate)
        return found

    def statuses(self, now_race_ns: int) -> list[CameraStatus]:
        """Return every camera that was heard since the server started."""
        return [
            CameraStatus(
                node_id=node_id,
                silent_s=(now_race_ns - heard.at_race_ns) // NS_PER_S,
                health=heard.health,
                picture_seq=heard.picture_seq,
            )
            for (node_id, _), heard in sorted(self._cameras.items())
        ]

    def _heard(self, node_id: str, gate: str) -> _Heard:
        found = self._cameras.get((node_id, gate))
        if found is None:
            raise UnknownIdError("camera", gate)
        return found

    def unclaimed(self, state: EventState | None, registry: RegistryRows) -> list[UnclaimedMark]:
        """Return marks that crossed though no beam broke, newest first. Reads the database."""
        stored = self._store.blob(_UNCLAIMED_BLOB)
        kept = () if stored is None else _unclaimed_of.validate_json(stored)
        return [
            UnclaimedMark(
                node_id=node_id,
                source=report.source,
                gate=report.gate,
                mark=_seen_mark(report.marks[0], state, registry),
                seen_utc=report.seen_utc,
            )
            for node_id, report in reversed(kept)
            if report.marks
        ]

    def words(self, pass_ref: str, state: EventState, registry: RegistryRows) -> list[CameraWord]:
        """Return each camera's word on a pass. Reads the database."""
        return [
            CameraWord(
                source=report.source,
                gate=report.gate,
                outcome=report.outcome,
                seen_utc=report.seen_utc,
                marks=tuple(_seen_mark(mark, state, registry) for mark in report.marks),
                has_stranger=report.has_stranger,
            )
            for report in _parsed(self._store.blob(_word_blob(pass_ref)))
        ]


def _keep_word(draft: Draft, node_id: str, report: CameraReport) -> None:
    name = _word_blob(f"{node_id}:{report.journal_id}:{report.seq}")
    others = [each for each in _parsed(draft.rows.blob(name)) if each.source != report.source]
    ordered = tuple(sorted((*others, report), key=lambda each: each.source))
    draft.rows.put_blob(name, _reports_of.dump_json(ordered))


def _keep_unclaimed(draft: Draft, node_id: str, report: CameraReport) -> None:
    stored = draft.rows.blob(_UNCLAIMED_BLOB)
    kept = deque(() if stored is None else _unclaimed_of.validate_json(stored), _UNCLAIMED_KEPT)
    if (node_id, report) not in kept:
        kept.append((node_id, report))
        draft.rows.put_blob(_UNCLAIMED_BLOB, _unclaimed_of.dump_json(tuple(kept)))


def _word_blob(pass_ref: str) -> str:
    return f"camera-words:{pass_ref}"


def _parsed(stored: bytes | None) -> Sequence[CameraReport]:
    return () if stored is None else _reports_of.validate_json(stored)


def _seen_mark(mark: str, state: EventState | None, registry: RegistryRows) -> SeenMark:
    worn = None if state is None else car_wearing(state, MarkId(mark), 2**63 - 1)
    car = None if worn is None else registry.cars.get(worn)
    return SeenMark(mark=mark, car_id=worn, car_name=None if car is None else car.name)
