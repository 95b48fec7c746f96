"""What a record of a node's journal states, as a fact."""

from typing import Any

from timing_server.contract.machines.journal import (
    ButtonRecord,
    ClockRecord,
    GoRecord,
    JudgeRecord,
    PassRecord,
    Record,
    SpeedRecord,
)
from timing_server.rules.facts.judging import JudgePressed
from timing_server.rules.facts.sensors import (
    ClockRelated,
    LightsWentOut,
    PassDetected,
    SpeedMeasured,
    StopPressed,
    StopReleased,
)
from timing_server.rules.units import HeatId
from timing_server.service.devices.ingest import SensorFact
from timing_server.service.entities import Evidence


def fact_of(evidence: Evidence, record: Record) -> SensorFact | None:
    """Return the fact that a record states, None where it is evidence alone."""
    source: dict[str, Any] = {
        "node_id": evidence.node_id,
        "boot_id": evidence.boot_id,
        "journal_id": evidence.journal_id,
        "seq": record.seq,
    }
    match record:
        case PassRecord():
            return PassDetected(
                **source,
                gate=record.gate,
                mono_ns=record.mono_ns,
                pulse_ns=record.pulse_ns,
                edges=record.edges,
                sensors=record.sensors,
            )
        case ClockRecord():
            return ClockRelated(
                **source, race_offset_ns=record.race_offset_ns, bound_ns=record.bound_ns
            )
        case SpeedRecord():
            return _speed(source, record)
        case ButtonRecord() | JudgeRecord():
            return _button(source, record)
        case GoRecord():
            return LightsWentOut(
                **source,
                heat_id=HeatId(record.heat_id),
                go_race_ns=record.go_race_ns,
                mono_ns=record.mono_ns,
                bound_ns=record.bound_ns,
                planned_mono_ns=record.planned_mono_ns,
                clock_bound_ns=record.clock_bound_ns,
            )
        case _:
            return None


def _button(source: dict[str, Any], record: ButtonRecord | JudgeRecord) -> SensorFact | None:
    if isinstance(record, JudgeRecord):
        return JudgePressed(
            **source,
            button=record.button,
            call=record.call,
            lane=record.lane,
            mono_ns=record.mono_ns,
        )
    if record.role == "e_stop":
        kind = StopPressed if record.is_pressed else StopReleased
        return kind(**source, button=record.button, mono_ns=record.mono_ns)
    if record.gate is None or not record.is_pressed:
        return None
    return PassDetected(
        **source,
        gate=record.gate,
        mono_ns=record.mono_ns,
        pulse_ns=None,
        edges=1,
        sensors=(record.button,),
        bound_ns=record.bound_ns,
    )


def _speed(source: dict[str, Any], record: SpeedRecord) -> SpeedMeasured:
    return SpeedMeasured(
        **source,
        from_gate=record.from_gate,
        to_gate=record.to_gate,
        from_seq=record.from_seq,
        to_seq=record.to_seq,
        duration_ns=record.duration_ns,
        distance_mm=record.distance_mm,
        distance_bound_mm=record.distance_bound_mm,
        speed_mmps=record.speed_mmps,
        bound_mmps=record.bound_mmps,
    )
