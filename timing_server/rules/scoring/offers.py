"""Time that was lost to the hardware, and that race control may give back to a run's window."""

from dataclasses import dataclass
from typing import Literal

from timing_server.rules.scoring.scores import HeatScore
from timing_server.rules.state.heat import Heat
from timing_server.rules.units import NS_PER_MS, EntryId

OfferReason = Literal["two_boots"]


@dataclass(frozen=True, slots=True)
class WindowOffer:
    """So much of its window the run lost, and wasn't given back yet."""

    entry_id: EntryId
    extra_ns: int
    reason: OfferReason


def window_offers(heat: Heat, score: HeatScore) -> tuple[WindowOffer, ...]:
    """Return what race control may give back: the laps that nobody could time.

    A lap over two boots of a node was driven in vain, for as long as it took, in whole
    milliseconds. Whatever the run's window was extended by is taken off.
    """
    offers = []
    for run in score.runs:
        if run.status is not None or run.window_opens_ns is None:
            continue
        lost_ns = sum(lap.duration_ns for lap in run.laps if lap.invalid == "two_boots")
        given_ns = sum(
            each.extra_ns for each in heat.rulings.extensions if each.entry_id == run.entry_id
        )
        extra_ms = -((given_ns - lost_ns) // NS_PER_MS)
        if extra_ms > 0:
            offers.append(WindowOffer(run.entry_id, extra_ms * NS_PER_MS, "two_boots"))
    return tuple(offers)
