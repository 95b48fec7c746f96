"""Waits until a pass has its pictures, judges it, and keeps the word on the disk."""

import sqlite3
from collections import Counter, deque
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog

from hardware.camera_gate.judging.matching import Judgement
from hardware.camera_gate.judging.watch import GateWatch
from hardware.camera_gate.process.evidence import AFTER, BEFORE, KeptWord, pictures_of
from hardware.camera_gate.reading.dictionaries import mark_name
from timing_server.contract.machines.cameras import CameraOutcome, CameraReport
from timing_server.contract.machines.journal import PassRecord

_log = structlog.get_logger()
#: So long after a pass its mark must have been seen, or never will be.
SETTLED_NS = 300_000_000
#: A camera that gives no pictures doesn't keep a pass waiting longer.
PATIENCE_NS = 1_500_000_000
#: A crossing without a pass is told this late: a busy node may journal late.
_UNCLAIMED_NS = 1_200_000_000
_PASSES_KEPT_NS = 10_000_000_000
#: As many as a report takes.
_MARKS_MAX = 16

Keep = Callable[[KeptWord], None]


class PassDesk:
    """The passes of one gate between the beam and the camera's word; one thread's."""

    def __init__(self, source: str, gate: str, keep: Keep) -> None:
        self._source = source
        self._gate = gate
        #: None while nobody has said where the line is: then the camera has no word.
        self.watch: GateWatch | None = None
        self._keep = keep
        self._due: deque[PassRecord] = deque()
        self._passes_ns: deque[int] = deque()
        self.outcomes: Counter[CameraOutcome] = Counter()

    def take(self, passes: Sequence[PassRecord]) -> None:
        """Note passes of the node's journal."""
        if self.watch is not None:
            self._due.extend(passes)
            self._passes_ns.extend(record.mono_ns for record in passes)

    def turn(self, now_ns: int, now_utc: datetime, journal_id: str) -> None:
        """Judge what is due."""
        watch = self.watch
        if watch is None:
            return
        seen_ns = watch.newest_ns
        while self._due and _is_settled(self._due[0].mono_ns, seen_ns, now_ns):
            record = self._due.popleft()
            judged = watch.judge(record.mono_ns)
            self._say(watch, judged, record.mono_ns, (record.seq, record.wall_utc), journal_id)
        while self._passes_ns and self._passes_ns[0] < now_ns - _PASSES_KEPT_NS:
            self._passes_ns.popleft()
        for mark, mono_ns in watch.crossings_without(self._passes_ns, now_ns - _UNCLAIMED_NS):
            when = now_utc.astimezone(UTC) - timedelta(microseconds=(now_ns - mono_ns) // 1000)
            judged = Judgement("mark_without_pass", (mark,))
            self._say(watch, judged, mono_ns, (None, when), journal_id)

    def _say(
        self,
        watch: GateWatch,
        judged: Judgement,
        mono_ns: int,
        what: tuple[int | None, datetime],
        journal_id: str,
    ) -> None:
        self.outcomes[judged.outcome] += 1
        seen = watch.around(mono_ns, BEFORE, AFTER)
        report = CameraReport(
            source=self._source,
            gate=self._gate,
            outcome=judged.outcome,
            journal_id=journal_id,
            seq=what[0],
            seen_utc=what[1],
            marks=tuple(mark_name(mark) for mark in judged.marks[:_MARKS_MAX]),
            has_stranger=judged.has_stranger,
        )
        pictures = pictures_of(seen, mono_ns, watch.line)
        try:
            self._keep(KeptWord.model_construct(report=report, pictures=pictures))
        except sqlite3.Error as error:
            _log.error("camera_word_lost", outcome=judged.outcome, error=str(error))


def _is_settled(pass_ns: int, seen_ns: int, now_ns: int) -> bool:
    return seen_ns >= pass_ns + SETTLED_NS or now_ns >= pass_ns + PATIENCE_NS
