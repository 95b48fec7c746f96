"""The cut into a stage as screens show it: who goes on, and how far everybody is from the line."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from timing_server.contract.race.progression import CutEntryView, CutView
from timing_server.formats.progression.cut import Contest, going_on
from timing_server.formats.progression.distance import CutRow, Distance, cut_rows
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import NS_PER_US, EntryId


@dataclass(frozen=True, slots=True)
class CutSource:
    """All that an entry's view is made from; ``row.way`` is its way into a drawn field too."""

    row: CutRow
    seed: int | None = None
    replaces: EntryId | None = None
    replaced_by: EntryId | None = None
    reason: str | None = None

    def view(self) -> CutEntryView:
        """Return the entry as screens show it."""
        row = self.row
        return CutEntryView(
            entry_id=row.entry_id,
            way=row.way,
            rival_entry_id=row.rival_entry_id,
            distance_us=_us(row.distance.ns),
            distance_laps=row.distance.laps,
            distance_points=row.distance.points,
            is_equal=row.is_equal,
            seed=self.seed,
            replaces=self.replaces,
            replaced_by=self.replaced_by,
            reason=self.reason,
        )


def cut_sources(stage: Stage, contest: Contest | None) -> dict[str, CutSource]:
    """Return what the entries of a cut are made from: first those of the standings, in order.

    Once the field is drawn, who is in it goes on and nobody else; distances end with the draw.
    """
    rows = {} if contest is None else {each.entry_id: each for each in cut_rows(contest)}
    ways = {} if contest is None else going_on(contest)
    seeds = {entry_id: seed for seed, entry_id in enumerate(stage.field or (), 1)}
    reasons = {each.entry_id: each.reason for each in stage.named}
    replaces = {each.in_entry_id: each.out_entry_id for each in stage.replacements}
    replaced_by = {each.out_entry_id: each.in_entry_id for each in stage.replacements}
    put_in = (each.entry_id for each in stage.named if each.is_in)
    shown = dict.fromkeys((*rows, *seeds, *put_in))
    made: dict[str, CutSource] = {}
    for entry_id in shown:
        row = rows.get(entry_id) or CutRow(entry_id, None, None, Distance())
        if stage.field is not None:
            way = ways.get(entry_id, "named") if entry_id in seeds else None
            row = CutRow(entry_id, way, None, Distance())
        made[entry_id] = CutSource(
            row=row,
            seed=seeds.get(entry_id),
            replaces=replaces.get(entry_id),
            replaced_by=replaced_by.get(entry_id),
            reason=reasons.get(entry_id),
        )
    return made


def cut_frame(stage: Stage, contest: Contest | None, sources: Mapping[str, CutSource]) -> CutView:
    """Return the cut without its entries."""
    rule = stage.progression
    order = [] if contest is None else [each.entry_id for each in contest.standings]
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
        line_after=_line_after(order, sources),
        entries={},
    )


def cut_view(stage: Stage, contest: Contest | None) -> CutView:
    """Return the cut into a stage; ``contest`` None where no rule says how to come in."""
    sources = cut_sources(stage, contest)
    entries = {key: each.view() for key, each in sources.items()}
    return cut_frame(stage, contest, sources).model_copy(update={"entries": entries})


def _us(duration_ns: int | None) -> int | None:
    """Return a distance in whole microseconds, cut towards zero."""
    if duration_ns is None:
        return None
    return duration_ns // NS_PER_US if duration_ns >= 0 else -(-duration_ns // NS_PER_US)


def _line_after(order: Sequence[EntryId], sources: Mapping[str, CutSource]) -> str | None:
    """Return the last who goes on, where all who do stand above all who don't."""
    is_in = [sources[each].row.way is not None for each in order]
    if True not in is_in or not all(is_in[: sum(is_in)]):
        return None
    return order[sum(is_in) - 1]
