"""One run's record while it is driven: what was taken from the loop becomes rows of a tape.

A disk that is full or fails ends the record, never the run: what was written stays and what can't
be is counted.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import structlog

from car_agent.blackbox.figures import Counts
from car_agent.blackbox.steps import Step
from car_agent.blackbox.tape import Tape
from car_agent.driving.choice import probabilities
from car_agent.driving.jpeg import encode_jpeg
from car_agent.errors import PolicyError, RecordTroubleError
from car_agent.link.orders import Permission
from hardware.cameras.frames import Frame
from hardware.guard.handle import CarriedOut, GuardStatus
from hardware.node.watch.machine import MachineReading
from hardware.race_clock import Relation
from timing_server.contract.blackbox.rows import (
    ClockRelation,
    Drive,
    Guard,
    Leave,
    Loss,
    Machine,
    Row,
    RunFigures,
    Wheels,
)

_log = structlog.get_logger()

FLUSH_EVERY_NS = 1_000_000_000
#: How often a relation that holds is written again, so that every part of a record has one near.
CLOCK_EVERY_NS = 5_000_000_000

_NS_PER_US = 1_000
_MAX_WORDS = 300


@dataclass(frozen=True, slots=True)
class SessionLimits:
    """How large a record and its pictures may get."""

    size_bytes: int
    width_px: int
    quality: int


class Session:
    """Writes one run's record; one thread calls. Raises nothing about the disk."""

    def __init__(
        self,
        tape: Tape,
        limits: SessionLimits,
        has_room: Callable[[], bool],
        keep: Callable[[Tape], None],
        *,
        has_actions: bool,
    ) -> None:
        """``keep`` gives the finished record its name; ``has_room`` says whether to go on."""
        self._tape: Tape | None = tape
        self._limits = limits
        self._has_room = has_room
        self._keep = keep
        self._has_actions = has_actions
        self._guard: Guard | None = None
        self._leave: Leave | None = None
        self._relation: Relation | None = None
        self._clock_due_ns = 0
        self._flush_due_ns = 0
        self._is_large = False
        self._untold = 0
        self._why_lost = ""
        self.lost_rows = 0

    def add(self, item: Frame | Step) -> None:
        """Write a picture or a decision."""
        if isinstance(item, Frame):
            self._add_picture(item)
        else:
            self._add_row(self._drive(item), item.command.issued_mono_ns)

    def add_carried(self, carried: Sequence[CarriedOut]) -> None:
        """Write which commands reached the wheels, and when."""
        for each in carried:
            latency_us = max(0, each.done_mono_ns - each.capture_mono_ns) // _NS_PER_US
            row = Wheels(
                capture_mono_ns=each.capture_mono_ns,
                done_mono_ns=each.done_mono_ns,
                latency_us=latency_us,
            )
            self._add_row(row, each.done_mono_ns)

    def add_machine(self, now_ns: int, machine: MachineReading, counts: Counts) -> None:
        """Write how the computer is."""
        row = Machine(
            cpu_temp_c=machine.cpu_temp_c,
            is_throttled=machine.is_throttled,
            is_undervolted=machine.is_undervolted,
            frames=counts.frames,
            dropped_frames=counts.dropped_frames,
            stale_commands=counts.stale_commands,
        )
        self._add_row(row, now_ns)

    def look(
        self, now_ns: int, status: GuardStatus, leave: Permission, relation: Relation | None
    ) -> None:
        """Write what has changed, and put on the disk what was written."""
        guard = _guard_row(status)
        if guard != self._guard:
            self._guard = guard
            self._add_row(guard, status.told_mono_ns or now_ns)
        allowed = Leave(
            is_allowed=leave.is_allowed,
            reason=leave.reason[:_MAX_WORDS],
            throttle_scale=leave.throttle_scale,
        )
        if allowed != self._leave:
            self._leave = allowed
            self._add_row(allowed, now_ns)
        if relation is not None and (relation != self._relation or now_ns >= self._clock_due_ns):
            self._relation = relation
            self._clock_due_ns = now_ns + CLOCK_EVERY_NS
            self._add_row(
                ClockRelation(
                    race_offset_ns=relation.race_offset_ns, bound_ns=relation.bound_at_ns(now_ns)
                ),
                now_ns,
            )
        if now_ns >= self._flush_due_ns:
            self._flush_due_ns = now_ns + FLUSH_EVERY_NS
            self._flush(now_ns)

    def lose(self, rows: int, reason: str) -> None:
        """Count what couldn't be kept; the record says so itself as soon as it can."""
        self.lost_rows += rows
        self._untold += rows
        self._why_lost = reason

    def finish(self, figures: RunFigures) -> None:
        """End the record and keep it."""
        tape, self._tape = self._tape, None
        if tape is None:
            return
        try:
            tape.finish(figures)
        except RecordTroubleError as error:
            _log.warning("record_without_end", reason=str(error))
        self._keep_it(tape)

    def _add_picture(self, frame: Frame) -> None:
        tape = self._tape
        if tape is None or self._is_large:
            self.lose(1, self._why_lost or "the record is as large as it may be")
            return
        jpeg = encode_jpeg(frame.pixels, self._limits.quality, self._limits.width_px)
        try:
            tape.add_picture(jpeg, frame.seq, frame.capture_mono_ns)
        except RecordTroubleError as error:
            self._break(error)

    def _add_row(self, row: Row, mono_ns: int) -> None:
        if self._tape is None:
            self.lose(1, self._why_lost)
            return
        try:
            self._tape.add_row(row, mono_ns)
        except RecordTroubleError as error:
            self._break(error)

    def _drive(self, step: Step) -> Drive:
        command, answer = step.command, step.answer
        weights: tuple[float, ...] = ()
        if self._has_actions:
            try:
                weights = tuple(round(float(each), 4) for each in probabilities(answer))
            except PolicyError:
                weights = ()
        return Drive(
            frame_seq=step.frame_seq,
            capture_mono_ns=command.capture_mono_ns,
            issued_mono_ns=command.issued_mono_ns,
            frame_age_us=max(0, command.issued_mono_ns - command.capture_mono_ns) // _NS_PER_US,
            inference_us=max(0, command.issued_mono_ns - step.started_mono_ns) // _NS_PER_US,
            steering_frac=command.steering_frac,
            throttle_frac=command.throttle_frac,
            is_taken=step.is_taken,
            action=step.decision.action,
            probabilities=weights,
            answer=() if self._has_actions else tuple(float(each) for each in answer),
        )

    def _flush(self, now_ns: int) -> None:
        tape = self._tape
        if tape is None:
            return
        if self._untold:
            row = Loss(rows=self._untold, reason=self._why_lost)
            self._untold = 0
            self._add_row(row, now_ns)
        try:
            tape.flush()
        except RecordTroubleError as error:
            self._break(error)
            return
        if tape.size_bytes >= self._limits.size_bytes:
            self._is_large = True
        if not self._has_room():
            self._break(RecordTroubleError("The disk is nearly full; no more is recorded."))

    def _break(self, error: RecordTroubleError) -> None:
        """End the record in mid-run; what was flushed is kept."""
        tape, self._tape = self._tape, None
        self.lose(1, str(error)[:_MAX_WORDS])
        _log.warning("record_broken_off", reason=str(error))
        if tape is not None:
            tape.close()
            self._keep_it(tape)

    def _keep_it(self, tape: Tape) -> None:
        try:
            self._keep(tape)
        except RecordTroubleError as error:
            _log.warning("record_not_kept", reason=str(error))


def _guard_row(status: GuardStatus) -> Guard:
    return Guard(
        steering_frac=max(-1.0, min(1.0, status.steering_frac)),
        throttle_frac=max(-1.0, min(1.0, status.throttle_frac)),
        lease_id=_words(status.lease_id),
        lease_phase=status.lease_phase,
        why_neutral=_words(status.why_neutral),
        e_stop=_words(status.e_stop),
        fault=_words(status.fault),
        speed_mps=status.reading.speed_mps,
        battery_frac=status.reading.battery_frac,
    )


def _words(text: str | None) -> str | None:
    return None if text is None else text[:_MAX_WORDS]
