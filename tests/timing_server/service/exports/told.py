"""The golden race as it is told to exports, and words in both languages."""

from typing import Any

from display.catalogues import catalogue
from tests.timing_server.service.results.golden_bundle import VENUE, golden_export
from timing_server.contract.live.laps import ControlView
from timing_server.contract.race.sheets import DrivenView, EventResults
from timing_server.service.exports.awards import computed_awards
from timing_server.service.exports.sheets import tell
from timing_server.service.exports.wording import Wording
from timing_server.service.results.seals import fingerprint

ENGLISH, SPANISH = (Wording(each, catalogue(each)) for each in ("en", "es"))
KEY = fingerprint(VENUE.public_key)


def golden_results() -> EventResults:
    """Return everything about the golden race's results."""
    export = golden_export()
    return tell(export, KEY, computed_awards(export.state, export.registry, None))


def with_rows(*rows: dict[str, Any]) -> EventResults:
    """Return the golden race with its stage's rows replaced by changed copies of the first."""
    event = golden_results()
    stage = event.stages[0]
    changed = tuple(stage.rows[0].model_copy(update=each) for each in rows)
    stages = (stage.model_copy(update={"rows": changed}),)
    return event.model_copy(update={"stages": stages})


def with_driving() -> EventResults:
    """Return the golden race whose first run was held and slowed, by a car that was measured."""
    event = golden_results()
    run = event.heats[0].runs[0]
    done = (
        ControlView(kind="speed", at_us=1_000_000, speed_pct=60),
        ControlView(kind="off_track", at_us=1_500_000),
        ControlView(kind="go", at_us=2_000_000),
    )
    update = {
        "laps": (run.laps[0].model_copy(update={"controls": done}), *run.laps[1:]),
        "controls": (ControlView(kind="contact_lost", at_us=9_000_000),),
        "driven": (
            DrivenView(
                car="Copper",
                commands=890,
                latency_p50_us=41_200,
                latency_p95_us=58_940,
                frames=900,
                dropped_frames=7,
                stale_commands=2,
                is_throttled=True,
                is_undervolted=None,
            ),
        ),
    }
    runs = (run.model_copy(update=update), *event.heats[0].runs[1:])
    heats = (event.heats[0].model_copy(update={"runs": runs}), *event.heats[1:])
    return event.model_copy(update={"heats": heats})


def with_name(name: str) -> EventResults:
    """Return the golden race in which everybody and everything has one name."""
    text = golden_results().model_copy(update={"name": name})
    heats = tuple(
        heat.model_copy(
            update={
                "stage_title": name,
                "runs": tuple(run.model_copy(update={"driver": name}) for run in heat.runs),
            }
        )
        for heat in text.heats
    )
    stages = tuple(
        stage.model_copy(
            update={
                "title": name,
                "rows": tuple(
                    row.model_copy(update={"driver": name, "car": name, "team": name})
                    for row in stage.rows
                ),
            }
        )
        for stage in text.stages
    )
    places = tuple(each.model_copy(update={"driver": name}) for each in text.places)
    awards = tuple(each.model_copy(update={"driver": name}) for each in text.awards)
    update = {"heats": heats, "stages": stages, "places": places, "awards": awards}
    return text.model_copy(update=update)
