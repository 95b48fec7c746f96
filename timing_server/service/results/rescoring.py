"""The rule time machine: an event's whole log, ranked again under another preset, untouched.

Passes, pauses and rulings stay what they are; laps, penalties and ranks are computed anew from
them by the preset's options. What nobody drove, because the event's own window had closed, a
longer window can't bring back.
"""

from timing_server.formats.presets import PRESETS, Preset, under_preset
from timing_server.formats.registry import rank_stage
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.live.projection import entry_name
from timing_server.service.results.report import Document, reported_rows, stage_reports
from timing_server.service.results.rows import stage_on_show


def preset_of(name: str) -> Preset:
    """Return a preset by its name, or by a beginning that no other has (``campus``).

    Raises UnknownIdError.
    """
    found = [each for each in PRESETS.values() if each.name.startswith(name)] if name else []
    exact = PRESETS.get(name)
    if exact is None and len(found) != 1:
        raise UnknownIdError("preset", name)
    return exact or found[0]


def rescored_report(state: EventState, registry: RegistryRows, preset: Preset) -> Document:
    """Return the standings as they would be under the preset, and who would stand elsewhere."""
    anew = under_preset(state, preset)
    shown = stage_on_show(state)
    return {
        "standings": reported_rows(anew, shown, registry),
        "preset": preset.name,
        "event_id": state.event_id,
        "stages": stage_reports(anew, registry),
        "moved": [
            move for stage_id in state.stages for move in _moves(state, anew, stage_id, registry)
        ],
    }


def _moves(
    before: EventState, after: EventState, stage_id: StageId, registry: RegistryRows
) -> list[Document]:
    """Return who stands elsewhere in a stage; ``rank_before`` None: nowhere until now."""
    ranks = {each.entry_id: each.rank for each in rank_stage(before, stage_id)}
    return [
        {
            "stage_id": stage_id,
            "driver": entry_name(after.entries[each.entry_id], registry.drivers),
            "rank_before": ranks.get(each.entry_id),
            "rank": each.rank,
        }
        for each in rank_stage(after, stage_id)
        if ranks.get(each.entry_id) != each.rank
    ]
