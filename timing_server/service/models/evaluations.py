"""What models did on virtual tracks, and what their stress cards say."""

from collections.abc import Collection, Mapping, Sequence

from timing_server.contract.machines.evaluations import StressCard, VirtualLaps
from timing_server.contract.machines.models import ModelVerdict
from timing_server.service.entities import Evaluation
from timing_server.service.ports import Store

#: Of each model so many evaluations are kept, the newest.
KEPT_PER_MODEL = 60


def virtual_laps(row: Evaluation) -> VirtualLaps:
    """Return an evaluation of the kind ``laps`` as it is told."""
    told = VirtualLaps.model_validate_json(row.outcome)
    return told.model_copy(update=_placed(row))


def stress_card(row: Evaluation) -> StressCard:
    """Return an evaluation of the kind ``stress`` as it is told."""
    told = StressCard.model_validate_json(row.outcome)
    return told.model_copy(update=_placed(row))


def _placed(row: Evaluation) -> dict[str, str]:
    return {"evaluation_id": row.evaluation_id, "made_utc": row.made_wall_utc}


def newest_per_track(laps: Sequence[VirtualLaps]) -> tuple[VirtualLaps, ...]:
    """Return the newest of each track as the usual car sees it; they come the newest first."""
    found: dict[str, VirtualLaps] = {}
    for each in laps:
        if each.as_measured is None:
            found.setdefault(each.track_sha256, each)
    return tuple(found.values())


def newest_cards(store: Store, sha256s: Collection[str]) -> Mapping[str, StressCard]:
    """Return each model's newest stress card of the usual virtual car. Reads the database."""
    found: dict[str, StressCard] = {}
    for row in store.evaluations(sha256s, "stress"):
        card = None if row.sha256 in found else stress_card(row)
        if card is not None and card.as_measured is None:
            found[row.sha256] = card
    return found


def verdict(card: StressCard) -> ModelVerdict:
    """Return what a card says in short."""
    return ModelVerdict(
        verdict=card.verdict,
        weak=tuple(each.name for each in card.stress if each.counts and not each.is_good),
        track=card.track,
        made_utc=card.made_utc,
    )
