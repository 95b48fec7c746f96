"""Live documents for page tests: an event with made-up drivers, moved through its scenes."""

import math
from typing import Any, Literal

from timing_server.contract.live.document import EventView, Scene
from timing_server.contract.live.entries import CarView, EntryView, StageView
from timing_server.contract.live.heats import HeatView, QueueView
from timing_server.contract.live.laps import LapView, PassView
from timing_server.contract.live.rulings import RulingView
from timing_server.contract.live.standings import StandingView
from timing_server.contract.machines.devices import CarPosition, PositionReport, TrackMap

NAMES = ("Bolt Lightfoot", "Clutch Hazard", "Mina Apex", "Rusty Chicane")
COLOURS = ("#38bdf8", "#f97316", "#a3e635", "#f472b6", "#facc15", "#818cf8")
HASH = "ab" * 32
T0_US = 40_000_000


def entry_views(names: tuple[str, ...] = NAMES) -> dict[str, EntryView]:
    """Return one entry per name, numbered from 1."""
    return {
        f"e{at}": EntryView(
            entry_id=f"e{at}", number=at, name=name, colour=COLOURS[at % len(COLOURS)]
        )
        for at, name in enumerate(names, start=1)
    }


def lap_views(
    durations_us: tuple[int, ...], *, overall_us: int, is_provisional: bool
) -> dict[str, LapView]:
    """Return laps that closed one after another; the marks follow from the durations."""
    laps: dict[str, LapView] = {}
    closed_us = T0_US
    best_us = min(durations_us, default=None)
    for number, duration_us in enumerate(durations_us, start=1):
        closed_us += duration_us
        laps[f"node:j:{number + 1}"] = LapView(
            number=number,
            pass_ref=f"node:j:{number + 1}",
            duration_us=duration_us,
            bound_us=0,
            closed_us=closed_us,
            state="valid",
            is_provisional=is_provisional,
            is_personal_best=duration_us == best_us,
            is_overall_best=duration_us == overall_us,
            off_tracks=0,
            car_id="car-1",
            model_sha256=HASH,
        )
    return laps


def pass_views(laps: dict[str, LapView]) -> dict[str, PassView]:
    """Return the passes that opened and closed the laps."""
    first_ref = "node:j:1"
    first = PassView(
        pass_ref=first_ref, crossed_us=T0_US, bound_us=0, verdict="counted", source="sensor"
    )
    return {first_ref: first} | {
        ref: PassView(
            pass_ref=ref, crossed_us=lap.closed_us, bound_us=0, verdict="counted", source="sensor"
        )
        for ref, lap in laps.items()
    }


def heat_view(
    phase: Literal["called", "running", "finished"],
    durations_us: tuple[int, ...] = (),
    *,
    entry_id: str = "e1",
    overall_us: int = 7_102_345,
) -> HeatView:
    """Return the heat in a phase after these laps."""
    is_started = phase != "called"
    laps = lap_views(durations_us, overall_us=overall_us, is_provisional=phase == "running")
    opened_us = max((lap.closed_us for lap in laps.values()), default=T0_US)
    return HeatView(
        heat_id="h1",
        number=1,
        phase=phase,
        entry_id=entry_id,
        car_id="car-1",
        model_sha256=HASH,
        started_us=T0_US - 2_000_000 if is_started else None,
        window_opens_us=T0_US if is_started else None,
        window_closes_us=T0_US + 90_000_000 if is_started else None,
        lap_opened_us=opened_us if phase == "running" else None,
        ended_us=opened_us if phase == "finished" else None,
        end_reason="last_lap_closed" if phase == "finished" else None,
        off_tracks=0,
        laps=laps,
        passes=pass_views(laps) if is_started else {},
    )


def standing_views(
    bests_us: tuple[int | None, ...], *, provisional: int | None = None
) -> dict[str, StandingView]:
    """Return standings in this order; ``provisional`` is the rank that may still change."""
    leader_us = bests_us[0] if bests_us else None
    rows: dict[str, StandingView] = {}
    above_us: int | None = None
    for rank, best_us in enumerate(bests_us, start=1):
        has_gap = best_us is not None and leader_us is not None
        rows[f"e{rank}"] = StandingView(
            rank=rank,
            entry_id=f"e{rank}",
            value_us=best_us,
            best_lap_us=best_us,
            gap_us=best_us - leader_us if has_gap and best_us and leader_us else None,
            interval_us=best_us - above_us if best_us and above_us else None,
            laps=5 if best_us else 0,
            heats_run=1,
            moved=(0, 2, -1)[rank % 3],
            is_provisional=rank == provisional,
            decided_by=None,
            best_car_id="car-1",
            best_model_sha256=HASH,
        )
        above_us = best_us
    return rows


def event_view(scene: Scene, heat: HeatView | None = None, **changes: Any) -> EventView:
    """Return the event in a scene; keywords replace parts of it."""
    entries = changes.pop("entries", entry_views())
    base = EventView(
        event_id="ev1",
        name="Autumn Time Trial",
        is_demo=True,
        is_open=True,
        scene=scene,
        stage=StageView(
            stage_id="s1",
            title="Qualifying",
            format_name="time_trial",
            window_us=90_000_000,
            heats_total=4,
            heats_finished=0,
        ),
        entries=entries,
        cars={"car-1": CarView(car_id="car-1", name="Swift One", colour="#38bdf8")},
        heat=heat,
        standings={},
        queue={
            f"h{at}": QueueView(heat_id=f"h{at}", number=at, entry_id=f"e{at}", car_id=None)
            for at in range(2, len(entries) + 1)
        },
        rulings={},
        overall_best_us=None,
    )
    return base.model_copy(update=changes)


def ruling_view(ruling_id: str, kind: str, subject: str | None, **changes: Any) -> RulingView:
    """Return a ruling that still stands; keywords replace or add parts of it."""
    base = RulingView(
        ruling_id=ruling_id,
        kind=kind,
        made_us=T0_US + 30_000_000,
        wall_utc="2026-05-02T14:03:11Z",
        actor="organiser",
        reason="hand in the beam",
        subject=subject,
        is_reversed=False,
    )
    return base.model_copy(update=changes)


def _centre(frac: float) -> tuple[float, float]:
    angle = 2 * math.pi * frac
    return (2.6 * math.cos(angle) + 0.5 * math.cos(3 * angle), 1.3 * math.sin(angle))


def track_map() -> TrackMap:
    """Return a small closed track."""
    lines: dict[float, list[tuple[float, float]]] = {-0.35: [], 0.35: []}
    for at in range(120):
        x_m, y_m = _centre(at / 120)
        ahead = _centre(at / 120 + 0.001)
        along = math.atan2(ahead[1] - y_m, ahead[0] - x_m)
        for offset_m, line in lines.items():
            line.append((x_m - offset_m * math.sin(along), y_m + offset_m * math.cos(along)))
    inner, outer = lines[0.35], lines[-0.35]
    return TrackMap(
        name="Harbour loop",
        length_m=13.5,
        width_m=0.7,
        inner=tuple(inner),
        outer=tuple(outer),
        finish=(inner[0], outer[0]),
    )


def position_report(frac: float, mono_ns: int) -> PositionReport:
    """Return the car at a fraction of the lap."""
    x_m, y_m = _centre(frac)
    ahead = _centre(frac + 0.001)
    return PositionReport(
        mono_ns=mono_ns,
        cars=(
            CarPosition(
                car_id="car-1",
                x_m=x_m,
                y_m=y_m,
                heading_rad=math.atan2(ahead[1] - y_m, ahead[0] - x_m),
                speed_mps=2.1,
                is_off_track=False,
            ),
        ),
    )
