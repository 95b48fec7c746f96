"""The live document of one event, made anew where a fact may have changed it."""

from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote

from pydantic import BaseModel

from timing_server.contract.live.entries import CarView, EntryView, StageView
from timing_server.formats.registry import rank_stage
from timing_server.formats.standings import best_of_all
from timing_server.rules.facts.recorded import Fact
from timing_server.rules.facts.sensors import (
    ClockRelated,
    PassDetected,
    PassIdentified,
    SpeedMeasured,
)
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Entry
from timing_server.rules.units import CarId
from timing_server.service.entities import Car, Driver, RegistryRows
from timing_server.service.live.bracket_section import BracketSection
from timing_server.service.live.cut_section import CutSection
from timing_server.service.live.heat_section import HeatSection
from timing_server.service.live.heats.queue import next_shown, queue_views
from timing_server.service.live.heats.shown import scene_of, shown_heat
from timing_server.service.live.judge_calls import judge_call_views
from timing_server.service.live.reference_section import ReferenceSection
from timing_server.service.live.remembered import to_json_object, us
from timing_server.service.live.ruling_section import RulingSection
from timing_server.service.live.standings_section import StandingsSection, shown_stage_id
from timing_server.service.live.stops import stop_parts

Document = Mapping[str, Any]

UNKNOWN_COLOUR = "#9ca3af"
#: What sensors say can change the heat and the standings alone, and comes by the hundred.
_SENSOR_FACTS = (PassDetected, ClockRelated, PassIdentified, SpeedMeasured)
_RACE_KEYS = frozenset(
    {"stage", "standings", "cut", "matches", "heat", "rulings", "overall_best_us", "references"}
)


class Projection:
    """One event's document as of its newest fact; ``EventView`` as JSON without its None."""

    def __init__(self, state: EventState, registry: RegistryRows) -> None:
        self._standings = StandingsSection()
        self._cut = CutSection()
        self._bracket = BracketSection()
        self._heat = HeatSection()
        self._rulings = RulingSection()
        self._references = ReferenceSection()
        self._state = state
        self.seq = state.seq
        self.document: Document = self._whole(state, registry)

    def advance(self, state: EventState, fact: Fact, registry: RegistryRows) -> Document:
        """Bring the document up to a fact and return it; parts that stay are the same objects."""
        before, self._state = self._state, state
        self.seq = state.seq
        if isinstance(fact, _SENSOR_FACTS):
            if state.heats is not before.heats or state.speeds is not before.speeds:
                kept = {k: v for k, v in self.document.items() if k not in _RACE_KEYS}
                self.document = kept | self._race(state)
        else:
            self.document = self._whole(state, registry)
        return self.document

    def rename(self, registry: RegistryRows) -> Document:
        """Bring the document up to changed names and return it."""
        self.document = self._whole(self._state, registry)
        return self.document

    def _whole(self, state: EventState, registry: RegistryRows) -> Document:
        event_id = state.event_id or state.stream
        return {
            "event_id": event_id,
            "name": registry.event_names.get(event_id, event_id),
            "is_demo": state.is_demo,
            "is_open": state.is_open,
            "time_zone": state.time_zone,
            "scene": scene_of(state),
            "entries": _json_map(
                {each.entry_id: _entry_view(each, registry) for each in state.entries.values()}
            ),
            "cars": _json_map({car_id: _car_view(car_id, registry) for car_id in _cars_of(state)}),
            "queue": _json_map(queue_views(state)),
            "next_shown": next_shown(state),
            "judge_calls": _json_map(judge_call_views(state)),
            **stop_parts(state),
            **self._race(state),
        }

    def _race(self, state: EventState) -> dict[str, Any]:
        """Return the parts that a pass can change."""
        heat = shown_heat(state)
        stage_id = shown_stage_id(state, heat)
        rulings = self._rulings.parts(state)
        if stage_id is None:
            return {"standings": {}, "rulings": rulings}
        standings = rank_stage(state, stage_id)
        parts: dict[str, Any] = {
            "stage": to_json_object(_stage_view(state, stage_id)),
            "standings": self._standings.parts(state, stage_id, heat, standings),
            "rulings": rulings,
        }
        if heat is not None:
            parts["heat"] = self._heat.part(state, heat, standings)
            parts["references"] = self._references.parts(state, heat, standings)
        cut = self._cut.part(state, stage_id, standings)
        if cut is not None:
            parts["cut"] = cut
        matches = self._bracket.part(state, stage_id)
        if matches is not None:
            parts["matches"] = matches
        best = best_of_all(standings)
        if best is not None and best.best_lap_ns is not None:
            parts["overall_best_us"] = us(best.best_lap_ns)
        return parts


def entry_name(entry: Entry, drivers: Mapping[str, Driver]) -> str:
    """Return what people call an entry: its drivers as they want to be shown, joined.

    Of a person who was forgotten the entry's number is left.
    """
    known = (drivers.get(each) for each in entry.driver_ids)
    return " / ".join(driver.shown_name if driver else f"#{entry.number}" for driver in known)


def car_name(car_id: str, cars: Mapping[str, Car]) -> str:
    """Return what people call a car; one that the registry lacks has its id alone."""
    return cars[car_id].name if car_id in cars else car_id


def _json_map(models: Mapping[str, BaseModel]) -> dict[str, Any]:
    return {key: to_json_object(model) for key, model in models.items()}


def _entry_view(entry: Entry, registry: RegistryRows) -> EntryView:
    first = registry.drivers.get(entry.driver_ids[0]) if entry.driver_ids else None
    return EntryView(
        entry_id=entry.entry_id,
        number=entry.number,
        name=entry_name(entry, registry.drivers),
        colour=first.colour if first else UNKNOWN_COLOUR,
        is_withdrawn=entry.is_withdrawn,
        is_checked_in=entry.is_checked_in,
        region=entry.region,
        class_name=entry.class_name,
        picture=_picture_path(entry, registry),
        is_timed_only=entry.is_timed_only,
        spoken=_spoken_name(entry, registry),
    )


def _spoken_name(entry: Entry, registry: RegistryRows) -> str | None:
    """Return how a voice is to read an entry's name; None where nobody said."""
    drivers = [registry.drivers[each] for each in entry.driver_ids if each in registry.drivers]
    if not any(each.spoken_as for each in drivers):
        return None
    return ", ".join(each.spoken_as or each.shown_name for each in drivers)


def _picture_path(entry: Entry, registry: RegistryRows) -> str | None:
    """Return where the picture of an entry's only driver is; a team has no face of its own."""
    if len(entry.driver_ids) != 1:
        return None
    (driver_id,) = entry.driver_ids
    version = registry.picture_versions.get(driver_id)
    return version and f"/drivers/{quote(driver_id, safe='')}/picture?v={version}"


def _car_view(car_id: str, registry: RegistryRows) -> CarView:
    car = registry.cars.get(car_id)
    return CarView(
        car_id=car_id,
        name=car_name(car_id, registry.cars),
        colour=car.colour if car else UNKNOWN_COLOUR,
    )


def _cars_of(state: EventState) -> Iterable[CarId]:
    runs = (run for heat in state.heats.values() for run in heat.runs.values())
    return dict.fromkeys(each.car_id for run in runs for each in run.equipment)


def _stage_view(state: EventState, stage_id: Any) -> StageView:
    stage = state.stages[stage_id]
    heats = [
        heat
        for heat in state.heats.values()
        if heat.stage_id == stage_id and heat.phase is not HeatPhase.ABANDONED
    ]
    return StageView(
        stage_id=stage.stage_id,
        title=stage.title,
        format_name=stage.format_name,
        window_us=us(stage.options.window_ns),
        heats_total=len(heats),
        heats_finished=sum(heat.phase is HeatPhase.FINISHED for heat in heats),
    )
