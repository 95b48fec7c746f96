"""The golden race as it is told to exports, and words in both languages."""

from typing import Any

from display.catalogues import catalogue
from tests.timing_server.service.results.golden_bundle import VENUE, golden_export
from timing_server.contract.race.sheets import EventResults
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
