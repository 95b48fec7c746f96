"""The cut into a stage as screens show it: who goes on, and how far everybody is from the line."""

from collections.abc import Mapping, Sequence

from timing_server.contract.progression import CutEntryView, CutView
from timing_server.formats.progression.cut import Contest
from timing_server.formats.progression.distance import CutRow, Distance, cut_rows
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_US, EntryId


def cut_view(stage: Stage, contest: Contest | None) -> CutView:
    """Return the cut into a stage; ``contest`` None where no rule says how to come in.

    Once the field is drawn, who is in it goes on and nobody else; distances end with the draw.
    """
    rows = () if contest is None else cut_rows(contest)
    entries: dict[str, CutEntryView] = {each.entry_id: _entry_view(stage, each) for each in rows}
    for named in stage.named:
        if named.is_in or named.entry_id in entries:
            shown = entries.get(named.entry_id) or CutEntryView(entry_id=named.entry_id)
            entries[named.entry_id] = shown.model_copy(update={"reason": named.reason})
    for entry_id in stage.field or ():
        if entry_id not in entries:
            entries[entry_id] = _entry_view(stage, CutRow(entry_id, None, None, Distance()))
    rule = stage.progression
    return CutView(
        stage_id=stage.stage_id,
        title=stage.title,
        kind=stage.kind,
        from_stage_id=rule.from_stage_id if rule else None,
        top_n=rule.top_n if rule else 0,
        top_per_region_n=rule.top_per_region_n if rule else 0,
        top_per_class_n=rule.top_per_class_n if rule else 0,
        wildcards_n=rule.wildcards_n if rule else 0,
        is_drawn=stage.field is not None,
        line_after=_line_after([each.entry_id for each in rows], entries),
        entries=entries,
    )


def _entry_view(stage: Stage, row: CutRow) -> CutEntryView:
    entry_id, field = row.entry_id, stage.field
    replaces = {each.in_entry_id: each.out_entry_id for each in stage.replacements}
    replaced_by = {each.out_entry_id: each.in_entry_id for each in stage.replacements}
    shared = CutEntryView(
        entry_id=entry_id,
        replaces=replaces.get(entry_id),
        replaced_by=replaced_by.get(entry_id),
    )
    if field is not None:
        is_in = entry_id in field
        drawn = {"way": row.way or "named", "seed": field.index(entry_id) + 1} if is_in else {}
        return shared.model_copy(update=drawn)
    return shared.model_copy(
        update={
            "way": row.way,
            "rival_entry_id": row.rival_entry_id,
            "distance_us": _us(row.distance.ns),
            "distance_laps": row.distance.laps,
            "distance_points": row.distance.points,
            "is_equal": row.is_equal,
        }
    )


def _us(duration_ns: int | None) -> int | None:
    """Return a distance in whole microseconds, cut towards zero."""
    if duration_ns is None:
        return None
    return duration_ns // NS_PER_US if duration_ns >= 0 else -(-duration_ns // NS_PER_US)


def _line_after(order: Sequence[EntryId], entries: Mapping[str, CutEntryView]) -> str | None:
    """Return the last who goes on, where all who do stand above all who don't."""
    is_in = [entries[each].way is not None for each in order]
    if True not in is_in or not all(is_in[: sum(is_in)]):
        return None
    return order[sum(is_in) - 1]
