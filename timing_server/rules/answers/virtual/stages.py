"""Answers to the commands that let a stage be raced on a virtual track."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from hashlib import sha256

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.options import MATCH_RACED_NAMES, OPTION_RANGES_NS, out_of_range
from timing_server.rules.answers.refusals import refuse_unless_planning, unknown_stage
from timing_server.rules.commands.virtual import PlanVirtualStage, RevealTrack
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.facts.plan import StageChanged
from timing_server.rules.facts.virtual import TrackRevealed, VirtualRules, VirtualStagePlanned
from timing_server.rules.orders.attendance import has_begun
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_S, StageId

#: The kind of race in which two models meet.
HEAD_TO_HEAD = "head_to_head"
#: What a virtual stage may be ranked by: a run's best lap, the mean of all, or their total.
VIRTUAL_FORMATS = ("time_trial", "best_mean", "mean_of_all", "total_time")
#: … and one in which two race each other: by matches, or by points for each race.
DUEL_FORMATS = (*sorted(MATCH_RACED_NAMES), "points")
RACE_KINDS = ("time_trial", "objects", "head_to_bot", HEAD_TO_HEAD)
#: Whether there are (objects, bots) on the road of a kind of race.
_ON_THE_ROAD = {
    "time_trial": (False, False),
    "objects": (True, False),
    "head_to_bot": (False, True),
    HEAD_TO_HEAD: (False, False),
}
PRIZES_MAX_CHARS = 500
#: Simulated seconds are cheap, and a car that drives for longer than this drives no race.
_DAY_NS = 24 * 3600 * NS_PER_S

#: Smallest and largest value of each rule, both allowed.
RANGES: dict[str, tuple[int, int]] = {
    "laps": (1, 100),
    "resets_max": (0, 100),
    "lap_limit_ns": (5 * NS_PER_S, 600 * NS_PER_S),
    "collision_penalty_ns": (0, 600 * NS_PER_S),
    "seed": (0, 2**31 - 1),
    "objects": (0, 12),
    "bots": (0, 12),
    "submissions_max": (0, 1000),
    "cool_down_ns": (0, 7 * _DAY_NS),
}


def plan_virtual_stage(state: EventState, command: PlanVirtualStage, _: int) -> Answer:
    """Let a stage be raced on a virtual track; once it has begun, only what drives nothing changes.

    What a heat of real cars heeds, and a simulated run doesn't, is set out of the way.
    """
    stage = _stage_of(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    rules = command.rules
    refusal = (
        _check_stage(state, stage, rules.race_kind)
        or _check_rules(rules, stage.virtual)
        or _check_penalty(command.reset_penalty_ns)
        or _refuse_begun(state, stage, command)
    )
    if refusal is not None:
        return refusal
    options = replace(stage.options, reset_penalty_ns=command.reset_penalty_ns)
    options = fitted(options, rules, stage.format_name)
    planned = VirtualStagePlanned(stage.stage_id, rules)
    if options == stage.options and not stage.is_open:
        return (planned,)
    changed = StageChanged(
        stage.stage_id, stage.title, stage.format_name, options, stage.kind, is_open=False
    )
    return changed, planned


def fitted(options: HeatOptions, rules: VirtualRules, format_name: str) -> HeatOptions:
    """Return a stage's options as simulated runs need them: nothing but the rules ends a run.

    A race of two is decided by who has more of the laps, then by their total time; where points
    count, a race that was won is worth one, unless the stage says otherwise.
    """
    is_duel = rules.race_kind == HEAD_TO_HEAD
    is_total = is_duel or format_name == "total_time"
    laps_n = rules.laps if is_total else min(options.laps_n, rules.laps)
    return replace(
        options,
        window_ns=_DAY_NS,
        grace_ns=OPTION_RANGES_NS["grace_ns"][1],
        idle_limit_ns=_DAY_NS,
        dead_time_ns=0,
        laps_n=laps_n,
        start_mode="first_crossing",
        warmup_laps=0,
        max_laps=0,
        timeouts_max=0,
        cars_max=2 if is_duel else 1,
        match_format="total_time" if is_duel else options.match_format,
        points=options.points or ((1,) if is_duel else ()),
        needs_agent=False,
        runs_max=0,
        incidents_max=None,
    )


def is_head_to_head(stage: Stage) -> bool:
    """Whether two models race each other in the stage's heats."""
    return stage.virtual is not None and stage.virtual.race_kind == HEAD_TO_HEAD


def is_by_matches(stage: Stage) -> bool:
    """Whether who meets whom follows from a bracket or a round robin."""
    return stage.format_name in MATCH_RACED_NAMES


def check_changed(
    stage: Stage, format_name: str, kind: str, race_kind: str
) -> RuleViolation | None:
    """Refuse to make of a virtual stage what no virtual stage of its kind of race is."""
    formats = DUEL_FORMATS if race_kind == HEAD_TO_HEAD else VIRTUAL_FORMATS
    if kind == "practice" or format_name not in formats:
        return RuleViolation(
            "virtual_format",
            f"'{stage.title}' is raced on a virtual track, which for this kind of race ranks by "
            f"{', '.join(formats)} alone.",
            {"stage_id": stage.stage_id, "title": stage.title, "choices": ", ".join(formats)},
        )
    return None


def reveal_track(state: EventState, command: RevealTrack, _: int) -> Answer:
    """Name the sealed track, once the stage is open, where it is the one that was sealed."""
    stage = _stage_of(state, command.stage_id)
    if isinstance(stage, RuleViolation):
        return stage
    rules = stage.virtual
    if rules is None:
        return not_virtual(stage)
    if rules.track_seal is None or rules.track_sha256:
        return RuleViolation(
            "track_not_sealed",
            f"The track of '{stage.title}' is named already.",
            {"stage_id": stage.stage_id, "title": stage.title},
        )
    if instant_of(command.now_utc) < instant_of(rules.opens_utc):
        return RuleViolation(
            "track_sealed",
            f"The track of '{stage.title}' is sealed until {rules.opens_utc}.",
            {"stage_id": stage.stage_id, "opens_utc": rules.opens_utc},
        )
    if seal_of(command.salt, command.track_sha256) != rules.track_seal:
        return RuleViolation(
            "seal_broken",
            f"'{stage.title}' was sealed with another track.",
            {"stage_id": stage.stage_id, "title": stage.title},
        )
    return (TrackRevealed(stage.stage_id, command.track, command.track_sha256, command.salt),)


def seal_of(salt: str, track_sha256: str) -> str:
    """Return what is shown of a track while it is secret."""
    return sha256(f"{salt} {track_sha256}".encode()).hexdigest()


def not_virtual(stage: Stage) -> RuleViolation:
    """Refuse to submit to a stage of real cars."""
    return RuleViolation(
        "stage_not_virtual",
        f"'{stage.title}' is raced by real cars.",
        {"stage_id": stage.stage_id, "title": stage.title},
    )


def instant_of(text: str) -> datetime:
    """Return an instant that was checked to be one."""
    return datetime.fromisoformat(text)


def _stage_of(state: EventState, stage_id: StageId) -> Stage | RuleViolation:
    if refusal := refuse_unless_planning(state):
        return refusal
    return state.stages.get(stage_id) or unknown_stage(stage_id)


def _check_stage(state: EventState, stage: Stage, race_kind: str) -> RuleViolation | None:
    if refusal := check_changed(stage, stage.format_name, stage.kind, race_kind):
        return refusal
    has_heats = any(each.stage_id == stage.stage_id for each in state.heats.values())
    if stage.virtual is None and has_heats:
        return RuleViolation(
            "stage_has_heats",
            f"'{stage.title}' has heats of real cars; take them out first, or plan another stage.",
            {"stage_id": stage.stage_id, "title": stage.title},
        )
    return None


def _check_rules(rules: VirtualRules, before: VirtualRules | None) -> RuleViolation | None:
    return next(_wrong_rules(rules, before), None)


def _wrong_rules(rules: VirtualRules, before: VirtualRules | None) -> Iterator[RuleViolation]:
    """Yield what is wrong with a virtual stage's rules."""
    for name, (least, most) in RANGES.items():
        value: int | None = getattr(rules, name)
        if value is not None and not least <= value <= most:
            yield out_of_range(name, value, least, most)
    yield from _wrong_kind(rules)
    if len(rules.prizes) > PRIZES_MAX_CHARS:
        yield out_of_range("prizes", len(rules.prizes), 0, PRIZES_MAX_CHARS)
    # One that was sealed keeps its seal once it is named.
    is_as_it_was = before is not None and _track_of(rules) == _track_of(before)
    if (rules.track_seal is None) != bool(rules.track_sha256) and not is_as_it_was:
        yield RuleViolation("no_track", "A virtual stage needs a track, named or sealed.")
    for text in (rules.opens_utc, rules.closes_utc):
        if not is_instant(text):
            yield RuleViolation(
                "not_an_instant",
                f"'{text}' isn't an instant with its offset from UTC, such as "
                "2026-05-01T10:00:00+00:00.",
                {"starts_utc": text},
            )
            return
    if instant_of(rules.opens_utc) >= instant_of(rules.closes_utc):
        yield RuleViolation(
            "closes_before_opening",
            "A virtual stage opens before it closes.",
            {"opens_utc": rules.opens_utc, "closes_utc": rules.closes_utc},
        )


def _wrong_kind(rules: VirtualRules) -> Iterator[RuleViolation]:
    if rules.race_kind not in RACE_KINDS:
        yield RuleViolation(
            "option_unknown",
            f"race_kind is one of {', '.join(RACE_KINDS)}, not '{rules.race_kind}'.",
            {"option": "race_kind", "value": rules.race_kind, "choices": ", ".join(RACE_KINDS)},
        )
    elif (bool(rules.objects), bool(rules.bots)) != _ON_THE_ROAD[rules.race_kind]:
        yield RuleViolation(
            "race_kind_unfit",
            "Objects stand on the road of a race with objects, bots drive in one against bots.",
            {"race_kind": rules.race_kind, "objects": rules.objects, "bots": rules.bots},
        )


def _track_of(rules: VirtualRules) -> tuple[str, str, str | None]:
    return rules.track, rules.track_sha256, rules.track_seal


def _check_penalty(penalty_ns: int) -> RuleViolation | None:
    least, most = OPTION_RANGES_NS["reset_penalty_ns"]
    is_fine = least <= penalty_ns <= most
    return None if is_fine else out_of_range("reset_penalty_ns", penalty_ns, least, most)


def _refuse_begun(
    state: EventState, stage: Stage, command: PlanVirtualStage
) -> RuleViolation | None:
    """Refuse to drive what is to come by other rules than what was driven, or submitted, was."""
    driven = any(
        has_begun(each) for each in state.heats.values() if each.stage_id == stage.stage_id
    )
    submitted = any(each.stage_id == stage.stage_id for each in state.submissions.values())
    before = stage.virtual
    if before is None or not (driven or submitted):
        return None
    is_same_race = (
        _driven_by(before) == _driven_by(command.rules)
        and stage.options.reset_penalty_ns == command.reset_penalty_ns
    )
    if is_same_race:
        return None
    return RuleViolation(
        "stage_has_run",
        f"'{stage.title}' has begun, so its rules and results stay; its times, limits and prizes "
        "can change, or plan another stage.",
        {"stage_id": stage.stage_id, "title": stage.title},
    )


def _driven_by(rules: VirtualRules) -> VirtualRules:
    """Return the rules without those that say only who may submit, and when it is driven."""
    timeless = replace(rules, opens_utc="", closes_utc="", is_played=False)
    return replace(timeless, submissions_max=0, cool_down_ns=0, prizes="")


def is_instant(text: str) -> bool:
    """Whether a text is an instant with its offset from UTC."""
    try:
        return datetime.fromisoformat(text).utcoffset() is not None
    except ValueError:
        return False
