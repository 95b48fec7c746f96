"""Who may be put into a heat of a stage."""

from timing_server.rules.answers.options import MATCH_RACED_NAMES
from timing_server.rules.answers.refusals import entry_withdrawn, unknown_entry
from timing_server.rules.errors import RuleViolation
from timing_server.rules.orders.attendance import runs_of
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId

LANE_MAX = 16


def refuse_unmatched(stage: Stage) -> RuleViolation | None:
    """Refuse a heat that is no match where matches race, and any heat on a virtual track."""
    if stage.virtual is not None:
        return stage_virtual(stage)
    if stage.format_name not in MATCH_RACED_NAMES:
        return None
    return RuleViolation(
        "raced_by_matches",
        f"'{stage.title}' is raced by matches; plan them under 'Who goes on'.",
        {"stage_id": stage.stage_id, "title": stage.title},
    )


def stage_virtual(stage: Stage) -> RuleViolation:
    """Refuse what people do with heats of real cars."""
    return RuleViolation(
        "stage_virtual",
        f"'{stage.title}' is raced on a virtual track; submit models to it.",
        {"stage_id": stage.stage_id, "title": stage.title},
    )


def check_line_up(
    state: EventState, stage: Stage, entry_ids: tuple[EntryId, ...], lanes: tuple[int, ...] = ()
) -> RuleViolation | None:
    """Refuse entries that can't be on track together in a heat of the stage, and wrong lanes."""
    most = stage.options.cars_max
    if not entry_ids and stage.kind != "practice":
        return RuleViolation("no_entry", "A heat needs an entry; only practice begins without.")
    if len(entry_ids) > most:
        return RuleViolation(
            "too_many_entries",
            f"At most {most} may be on track at once in this stage, not {len(entry_ids)}.",
            {"entries": len(entry_ids), "most": most},
        )
    if len(set(entry_ids)) < len(entry_ids):
        return RuleViolation("entry_repeated", "An entry is named twice in the heat.")
    for entry_id in entry_ids:
        if refusal := check_racer(state, stage, entry_id):
            return refusal
    return _check_lanes(entry_ids, lanes)


def check_racer(state: EventState, stage: Stage, entry_id: EntryId) -> RuleViolation | None:
    """Refuse an entry that may not have one more run in the stage."""
    entry = state.entries.get(entry_id)
    if entry is None:
        return unknown_entry(entry_id)
    if entry.is_withdrawn:
        return entry_withdrawn(entry_id)
    about: dict[str, str | int] = {"entry_id": entry_id, "number": entry.number}
    if entry.disqualified_by is not None:
        return RuleViolation("entry_disqualified", f"Entry {entry.number} is disqualified.", about)
    if stage.field is not None and entry_id not in stage.field:
        sentence = f"Entry {entry.number} isn't in the field of this stage."
        return RuleViolation("not_in_field", sentence, about)
    most = stage.options.runs_max
    if most and len(runs_of(state, stage.stage_id, entry_id)) >= most:
        sentence = f"Entry {entry.number} has all of its {most} runs in this stage."
        return RuleViolation("runs_used_up", sentence, {**about, "most": most})
    return None


def _check_lanes(entry_ids: tuple[EntryId, ...], lanes: tuple[int, ...]) -> RuleViolation | None:
    is_right = len(lanes) == len(entry_ids) and len(set(lanes)) == len(lanes)
    if not lanes or (is_right and all(1 <= lane <= LANE_MAX for lane in lanes)):
        return None
    return RuleViolation(
        "wrong_lanes",
        f"Lanes go one to an entry, each once, from 1 to {LANE_MAX}.",
        {"most": LANE_MAX},
    )
