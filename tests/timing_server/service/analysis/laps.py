"""Laps for tests of the analysis, made by hand where each number matters."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from timing_server.rules.scoring.sectors import LINE, Sector
from timing_server.service.analysis.laps import LapTrace, Run, Sample

STEP_US = 50_000


def sectors_of(*durations_us: int) -> tuple[Sector, ...]:
    """Return a lap's sectors, one after another."""
    last = len(durations_us) - 1
    return tuple(
        Sector(at, LINE if at == last else at + 1, us * 1000, 0)
        for at, us in enumerate(durations_us)
    )


def samples_of(duration_us: int, **fields: Any) -> tuple[Sample, ...]:
    """Return a decision each 50 ms, all alike; place grows evenly with time."""
    plain = {"steering": 0.0, "throttle": 0.5, "latency_us": 40_000} | fields
    return tuple(
        Sample(at_us=at_us, place=at_us / duration_us, **plain)
        for at_us in range(0, duration_us, STEP_US)
    )


def lap_of(number: int, *sectors_us: int, **fields: Any) -> LapTrace:
    """Return a lap of those sectors (or one time) that was recorded evenly."""
    duration_us = sum(sectors_us)
    plain: dict[str, Any] = {
        "number": number,
        "duration_us": duration_us,
        "invalid": None,
        "basis": "lines" if len(sectors_us) > 1 else "time",
        "samples": samples_of(duration_us),
        "sectors": sectors_of(*sectors_us) if len(sectors_us) > 1 else (),
        "frames_at_us": tuple(range(0, duration_us, STEP_US)),
    }
    return LapTrace(**(plain | fields))


def run_of(*laps: LapTrace, **fields: Any) -> Run:
    """Return a run of laps, told as a car does."""
    gates_n = max((sector.to_gate for lap in laps for sector in lap.sectors), default=0)
    plain: dict[str, Any] = {"steering_unit": "share", "throttle_unit": "share"}
    return Run(laps=laps, **(plain | {"gates_n": gates_n} | fields))


def changed(lap: LapTrace, from_us: int, until_us: int, **fields: Any) -> LapTrace:
    """Return a lap of which the decisions within a stretch are others."""
    samples: Sequence[Sample] = [
        replace(each, **fields) if from_us <= each.at_us < until_us else each
        for each in lap.samples
    ]
    return replace(lap, samples=tuple(samples))
