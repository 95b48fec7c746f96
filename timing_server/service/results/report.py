"""An event's standings as the JSON that the demo, a rebuild and a re-scoring write alike."""

from collections.abc import Iterator
from typing import Any

from timing_server.contract.race.results import REPORTED
from timing_server.rules.state.event import EventState
from timing_server.rules.units import StageId
from timing_server.service.entities import RegistryRows
from timing_server.service.exports.awards import named_anew
from timing_server.service.exports.times import NONE_YET, shown_worth
from timing_server.service.exports.wording import ENGLISH_MARK
from timing_server.service.results.checking import CheckedBundle
from timing_server.service.results.rows import result_rows, stage_on_show

Document = dict[str, Any]


def reported_rows(
    state: EventState, stage_id: StageId | None, registry: RegistryRows
) -> list[Document]:
    """Return a stage's results with the fields that every report tells."""
    rows = result_rows(state, stage_id, registry)
    return [each.model_dump(mode="json", include=set(REPORTED)) for each in rows]


def rebuilt_report(bundle: CheckedBundle) -> Document:
    """Return what a bundle says: the stage that the board shows last, each stage, own awards."""
    state, registry = bundle.state, bundle.registry
    return {
        "standings": reported_rows(state, stage_on_show(state), registry),
        "passes_stored": sum(len(shelf) for shelf in state.passes.values()),
        "event_id": bundle.manifest.event_id,
        "event": registry.event_names[bundle.manifest.event_id],
        "facts": bundle.manifest.facts,
        "head_hash": bundle.manifest.head_hash,
        "venue_key": bundle.venue_key,
        "stages": stage_reports(state, registry),
        "awards": [
            each.model_dump(mode="json", include={"number", "driver", "title", "reason"})
            for each in named_anew(bundle.own_awards, state, registry)
        ],
    }


def stage_reports(state: EventState, registry: RegistryRows) -> list[Document]:
    """Return each stage's standings, in the order of planning."""
    return [
        {
            "stage_id": each.stage_id,
            "title": each.title,
            "kind": each.kind,
            "format_name": each.format_name,
            "standings": [
                row.model_dump(mode="json") for row in result_rows(state, each.stage_id, registry)
            ],
        }
        for each in state.stages.values()
    ]


def report_lines(report: Document) -> Iterator[str]:
    """Yield a report as it is read in a terminal."""
    for stage in report["stages"]:
        yield f"\n{stage['title']} ({stage['format_name']})"
        for row in stage["standings"]:
            rank = row["rank"] if row["is_ranked"] else NONE_YET
            worth = shown_worth(row["value_us"], row["value_laps"], ENGLISH_MARK)
            yield f"{rank:>4}  {worth:>16}  {row['driver']}"
    for award in report.get("awards", []):
        reason = f" ({award['reason']})" if award["reason"] else ""
        yield f"\n{award['title']}: {award['driver']}{reason}"
