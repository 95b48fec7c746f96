"""Answers to the commands that plan whole rounds, and that queue drivers in open stages."""

from timing_server.rules.answers.answer import Answer
from timing_server.rules.answers.plan.heats import next_round
from timing_server.rules.answers.plan.line_up import check_racer, refuse_unmatched
from timing_server.rules.answers.refusals import (
    already_exists,
    refuse_unless_planning,
    unknown_entry,
    unknown_stage,
)
from timing_server.rules.commands.running_order import JoinQueue, LeaveQueue, PlanRounds
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.plan import HeatPlanned, HeatRemoved
from timing_server.rules.orders.attendance import (
    calling_order,
    heats_of,
    racers_of,
    runs_of,
)
from timing_server.rules.orders.rounds import (
    ORDERS,
    RoundHeat,
    best_last,
    longest_wait_first,
    reversed_round,
    rounds,
)
from timing_server.rules.state.event import EventState
from timing_server.rules.state.heat import Heat
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId

ROUNDS_MAX = 20
#: What one command plans at most: more is a slip of the hand, and everybody waits for it.
HEATS_MAX = 2_000


def plan_rounds(state: EventState, command: PlanRounds, _: int) -> Answer:
    """Plan rounds for everybody who may race, or for those who are named."""
    stage = _stage_of(state, command)
    if isinstance(stage, RuleViolation):
        return stage
    if refusal := refuse_unmatched(stage) or _check_wish(stage, command):
        return refusal
    entry_ids = _entries(state, stage, command)
    if isinstance(entry_ids, RuleViolation):
        return entry_ids
    planned = _planned(state, stage, command, entry_ids)
    if refusal := _check_planned(state, command, planned):
        return refusal
    return tuple(
        HeatPlanned(heat_id, stage.stage_id, heat.entry_ids, heat.round_number, "", heat.lanes)
        for heat_id, heat in zip(command.heat_ids, planned, strict=False)
    )


def _check_planned(
    state: EventState, command: PlanRounds, planned: list[RoundHeat]
) -> RuleViolation | None:
    if not planned:
        return RuleViolation("nobody_to_race", "There is nobody who may race this stage now.")
    if len(planned) > HEATS_MAX:
        return RuleViolation(
            "too_many_heats",
            f"That would be {len(planned)} heats at once; plan {HEATS_MAX} at most.",
            {"heats": len(planned), "most": HEATS_MAX},
        )
    if len(command.heat_ids) < len(planned) or set(command.heat_ids) & state.heats.keys():
        return already_exists("heat", next(iter(command.heat_ids), ""))
    return None


def _stage_of(
    state: EventState, command: PlanRounds | JoinQueue | LeaveQueue
) -> Stage | RuleViolation:
    """Return a stage of an event that can be changed, else why it can't."""
    if refusal := refuse_unless_planning(state):
        return refusal
    stage = state.stages.get(command.stage_id)
    return unknown_stage(command.stage_id) if stage is None else stage


def _check_wish(stage: Stage, command: PlanRounds) -> RuleViolation | None:
    if command.order not in ORDERS:
        return RuleViolation(
            "unknown_order",
            f"There is no running order '{command.order}'; there are {', '.join(ORDERS)}.",
            {"order": command.order},
        )
    if not 1 <= command.rounds_n <= ROUNDS_MAX:
        return RuleViolation(
            "option_out_of_range",
            f"rounds_n must be between 1 and {ROUNDS_MAX}, not {command.rounds_n}.",
            {"option": "rounds_n", "value": command.rounds_n, "least": 1, "most": ROUNDS_MAX},
        )
    if command.order == "seed" and stage.field is None:
        return RuleViolation(
            "field_not_drawn",
            "The field of this stage isn't drawn yet; draw it, or choose another order.",
            {"stage_id": stage.stage_id},
        )
    return None


def _planned(
    state: EventState, stage: Stage, command: PlanRounds, entry_ids: tuple[EntryId, ...]
) -> list[RoundHeat]:
    """Return the heats; whoever has used up their runs is missing from the later rounds."""
    before = max((each.round_number for each in heats_of(state, stage.stage_id)), default=0)
    planned = rounds(
        _in_order(state, stage, command, entry_ids),
        command.order,
        rounds_n=command.rounds_n,
        cars_max=stage.options.cars_max,
        first_round=before + 1,
        has_lanes=command.has_lanes,
    )
    most = stage.options.runs_max
    if not most:
        return list(planned)
    left = {each: most - len(runs_of(state, stage.stage_id, each)) for each in entry_ids}
    able = (
        each.only({key for key in each.entry_ids if each.round_number - before <= left[key]})
        for each in planned
    )
    return [each for each in able if each.entry_ids]


def _entries(
    state: EventState, stage: Stage, command: PlanRounds
) -> tuple[EntryId, ...] | RuleViolation:
    """Return who drives, by number; one who is named and can't is a refusal, else passed over."""
    if command.entry_ids is None:
        racers = racers_of(state, stage, is_checked_in_only=command.is_checked_in_only)
        able = (each for each in racers if check_racer(state, stage, each.entry_id) is None)
        return tuple(each.entry_id for each in sorted(able, key=lambda each: each.number))
    named = tuple(dict.fromkeys(command.entry_ids))
    for entry_id in named:
        if refusal := check_racer(state, stage, entry_id):
            return refusal
    return tuple(sorted(named, key=lambda each: state.entries[each].number))


def _in_order(
    state: EventState, stage: Stage, command: PlanRounds, entry_ids: tuple[EntryId, ...]
) -> list[EntryId]:
    """Return the running order of the first round."""
    match command.order:
        case "seed":
            return best_last(entry_ids, stage.field or ())
        case "standings":
            return best_last(entry_ids, command.ranked)
        case "reverse":
            return reversed_round(entry_ids, _former_order(state, stage))
        case "balanced":
            return longest_wait_first(entry_ids, [each.entry_ids for each in calling_order(state)])
    return list(entry_ids)


def _former_order(state: EventState, stage: Stage) -> list[EntryId]:
    """Return the order in which the stage's last round is driven."""
    heats = heats_of(state, stage.stage_id)
    last = max((each.round_number for each in heats), default=0)
    return [each for heat in heats if heat.round_number == last for each in heat.entry_ids]


def join_queue(state: EventState, command: JoinQueue, _: int) -> Answer:
    """Queue an entry in an open stage, once at a time, for as long as it has runs left."""
    stage = _stage_of(state, command)
    if isinstance(stage, RuleViolation):
        return stage
    if command.heat_id in state.heats:
        return already_exists("heat", command.heat_id)
    if not stage.is_open:
        return RuleViolation(
            "stage_not_open",
            f"'{stage.title}' has a running order of its own; ask race control for a run.",
            {"stage_id": stage.stage_id, "title": stage.title},
        )
    if refusal := refuse_unmatched(stage) or check_racer(state, stage, command.entry_id):
        return refusal
    own = _waiting_heat(state, stage, command.entry_id)
    if own is not None:
        return RuleViolation(
            "already_queued",
            f"Entry {state.entries[command.entry_id].number} waits for heat {own.number} already.",
            {"entry_id": command.entry_id, "heat_id": own.heat_id, "number": own.number},
        )
    entry_ids = (command.entry_id,)
    round_number = next_round(state, stage.stage_id, entry_ids)
    return (HeatPlanned(command.heat_id, stage.stage_id, entry_ids, round_number),)


def leave_queue(state: EventState, command: LeaveQueue, _: int) -> Answer:
    """Take an entry's heat of its own out of an open stage's queue."""
    stage = _stage_of(state, command)
    if isinstance(stage, RuleViolation):
        return stage
    if command.entry_id not in state.entries:
        return unknown_entry(command.entry_id)
    own = _waiting_heat(state, stage, command.entry_id)
    if not stage.is_open or own is None or own.heat_id not in state.queue:
        return RuleViolation(
            "not_queued",
            f"Entry {state.entries[command.entry_id].number} has no place in this queue to leave.",
            {"entry_id": command.entry_id, "stage_id": stage.stage_id},
        )
    return (HeatRemoved(own.heat_id),)


def _waiting_heat(state: EventState, stage: Stage, entry_id: EntryId) -> Heat | None:
    """Return the heat of its own for which an entry waits in a stage, or in which it drives."""
    active = () if state.active_heat_id is None else (state.active_heat_id,)
    waiting = (state.heats[heat_id] for heat_id in (*active, *state.queue))
    own = (
        each
        for each in waiting
        if each.stage_id == stage.stage_id and each.entry_ids == (entry_id,)
    )
    return next(own, None)
