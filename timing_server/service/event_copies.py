"""A new event from an earlier one: its stages and how entries go on, its gates, its roster.

Heats, results and rulings stay where they are; so do entries that withdrew or were disqualified,
and drivers whom the registry was told to forget. Virtual stages keep their times, which an
organiser sets anew.
"""

from collections.abc import Iterator
from dataclasses import replace

from timing_server.rules.commands.command import Command
from timing_server.rules.commands.marks import BindMark
from timing_server.rules.commands.plan import AddEntry, BindGate, PlanStage
from timing_server.rules.commands.progression import PlanProgression
from timing_server.rules.commands.virtual import PlanVirtualStage
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import EntryId, StageId
from timing_server.service.entities import RegistryRows
from timing_server.service.ports import NewId


def commands_like(earlier: EventState, registry: RegistryRows, new_id: NewId) -> Iterator[Command]:
    """Yield what plans an event as the earlier one was planned, with ids of its own."""
    yield from _stages(earlier, new_id)
    yield from _gates(earlier)
    yield from _entries(earlier, registry, new_id)


def _stages(earlier: EventState, new_id: NewId) -> Iterator[Command]:
    ids = {stage_id: StageId(new_id()) for stage_id in earlier.stages}
    for stage in earlier.stages.values():
        yield PlanStage(
            stage_id=ids[stage.stage_id],
            title=stage.title,
            format_name=stage.format_name,
            options=_options(stage),
            kind=stage.kind,
            is_open=stage.is_open,
            track=stage.laid.name if stage.laid else "",
            track_sha256=stage.laid.sha256 if stage.laid else "",
        )
        # One whose track is still sealed is planned as a stage of its own again: nobody knows it.
        if stage.virtual is not None and stage.virtual.track_sha256:
            rules = replace(stage.virtual, track_seal=None)
            penalty_ns = stage.options.reset_penalty_ns
            yield PlanVirtualStage(ids[stage.stage_id], rules, penalty_ns)
    for stage in earlier.stages.values():
        rule = stage.progression
        if rule is not None and StageId(rule.from_stage_id) in ids:
            source = ids[StageId(rule.from_stage_id)]
            yield PlanProgression(ids[stage.stage_id], replace(rule, from_stage_id=source))


def _options(stage: Stage) -> HeatOptions:
    """Return a stage's options; what a sealed virtual one had was for simulated runs alone."""
    is_sealed = stage.virtual is not None and not stage.virtual.track_sha256
    return HeatOptions() if is_sealed else stage.options


def _gates(earlier: EventState) -> Iterator[Command]:
    for (node_id, gate), roles in earlier.gates.items():
        yield BindGate(node_id, gate, roles[-1].role, roles[-1].lane, roles[-1].priority)
    for mark, worn in earlier.marks.items():
        yield BindMark(mark, worn[-1].car_id)


def _entries(earlier: EventState, registry: RegistryRows, new_id: NewId) -> Iterator[Command]:
    for entry in earlier.entries.values():
        is_known = all(driver_id in registry.drivers for driver_id in entry.driver_ids)
        if entry.may_race and is_known:
            yield AddEntry(
                entry_id=EntryId(new_id()),
                driver_ids=entry.driver_ids,
                number=entry.number,
                region=entry.region,
                class_name=entry.class_name,
                team_id=entry.team_id,
            )
