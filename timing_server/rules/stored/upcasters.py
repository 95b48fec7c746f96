"""How old versions of facts are read as the present ones: pure functions from body to body."""

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Any

from timing_server.rules.errors import MalformedFactError

#: Takes the body of a fact in one version to the body in the next.
Upcaster = Callable[[dict[str, Any]], dict[str, Any]]


def _stage_planned_1(body: dict[str, Any]) -> dict[str, Any]:
    """Give the options ``laps_n``, which no format of that version heeded."""
    options = body.get("options")
    if not isinstance(options, dict) or "laps_n" in options:
        raise MalformedFactError("Version 1 of StagePlanned has options without 'laps_n'.")
    return {**body, "options": {**options, "laps_n": 3}}


def _stage_planned_2(body: dict[str, Any]) -> dict[str, Any]:
    """Give the stage a kind, and the options that its heats ran by without knowing them."""
    options = body.get("options")
    if not isinstance(options, dict):
        raise MalformedFactError("Version 2 of StagePlanned has no options.")
    return {
        **body,
        "kind": "qualifying",
        "is_open": False,
        "options": {
            **options,
            "start_mode": "first_crossing",
            "warmup_laps": 0,
            "max_laps": 0,
            "timeouts_max": 0,
            "timeout_ns": 60_000_000_000,
            "cars_max": 1,
            "runs_max": 0,
            "runs_counted": "best",
            "lap_min_ns": 0,
            "lap_max_ns": 0,
            "off_track_penalty_ns": 0,
            "reset_penalty_ns": 0,
            "incidents_max": None,
            "protest_limit_ns": 0,
            "points": [],
            "match_format": "time_trial",
            "has_bronze_final": True,
        },
    }


def _stage_planned_3(body: dict[str, Any]) -> dict[str, Any]:
    """Give the options what cars without contact do, and that none of them has to say anything."""
    options = body.get("options")
    if not isinstance(options, dict):
        raise MalformedFactError("An old version of a stage has no options.")
    told = {"contact_limit_ns": 5_000_000_000, "contact_lost": "stop", "needs_agent": False}
    return {**body, "options": {**options, **told}}


def _emergency_stopped_1(body: dict[str, Any]) -> dict[str, Any]:
    """Name the stop, which only a node's button could make."""
    pressed_ns = body.get("stopped_race_ns")
    stop_id = f"{body.get('node_id')}.{body.get('button')}"[:100] + f".{pressed_ns}"
    return {**body, "stop_id": stop_id, "source": "node"}


def _virtual_stage_planned_1(body: dict[str, Any]) -> dict[str, Any]:
    """Let workers drive its runs, as they all did."""
    rules = body.get("rules")
    if not isinstance(rules, dict):
        raise MalformedFactError("Version 1 of VirtualStagePlanned has no rules.")
    return {**body, "rules": {**rules, "is_played": False}}


def _adding(**fields: Any) -> Upcaster:
    """Return an upcaster that adds fields of which the old version knew one value only."""
    return lambda body: {**body, **fields}


#: (type, version) → how to read that version as the next one.
UPCASTERS: Mapping[tuple[str, int], Upcaster] = MappingProxyType(
    {
        ("StagePlanned", 1): _stage_planned_1,
        ("StagePlanned", 2): _stage_planned_2,
        ("StagePlanned", 3): _stage_planned_3,
        ("StageChanged", 1): _stage_planned_3,
        ("EmergencyStopped", 1): _emergency_stopped_1,
        ("EntryAdded", 1): _adding(region=None, class_name=None, team_id=None),
        ("HeatPlanned", 1): _adding(round_number=1, match_name="", lanes=[], rerun_of=None),
        ("ModelBound", 1): _adding(despite=None),
        ("HeatStarted", 1): _adding(lights_race_ns=None),
        ("GateBound", 1): _adding(lane=None),
        ("GateBound", 2): _adding(priority=0),
        ("PassInserted", 1): _adding(entry_id=None),
        ("PassInserted", 2): _adding(is_backup=False),
        ("PassDetected", 1): _adding(bound_ns=0),
        ("RunSimulated", 1): _adding(grid_place=0, rival_sha256=None),
        ("VirtualStagePlanned", 1): _virtual_stage_planned_1,
    }
)
