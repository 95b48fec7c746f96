"""What a run is judged by: its heat's options and pauses, and the rulings that stand on it."""

from bisect import bisect_right
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.scoring.starts import StartTerms
from timing_server.rules.state.heat import (
    Credit,
    Heat,
    HeatPass,
    Incident,
    Pause,
    Penalty,
    RuledFalseStart,
    Run,
    RunStatus,
)
from timing_server.rules.units import EntryId, PassRef

#: The mode in which each run's own first pass opens its window; else the go opens it for all.
FIRST_CROSSING = "first_crossing"


@dataclass(frozen=True, slots=True)
class Incidents:
    """A run's off-tracks and resets, by the instants at which they happened, ascending."""

    off_tracks_ns: tuple[int, ...]
    resets_ns: tuple[int, ...]

    def within(self, opened_ns: int, closed_ns: int) -> tuple[int, int]:
        """Return how many (off-tracks, resets) happened behind one instant and up to another."""
        return (
            _within(self.off_tracks_ns, opened_ns, closed_ns),
            _within(self.resets_ns, opened_ns, closed_ns),
        )


def _within(instants_ns: Sequence[int], opened_ns: int, closed_ns: int) -> int:
    return bisect_right(instants_ns, closed_ns) - bisect_right(instants_ns, opened_ns)


@dataclass(frozen=True, slots=True)
class LapPenalty:
    """Time on the lap that contains an instant: that of the pass which closed it when it was ruled.

    ``at`` is (race_ns, pass_ref), the order in which passes are walked.
    """

    at: tuple[int, PassRef]
    penalty_ns: int


@dataclass(frozen=True, slots=True)
class RunTerms:
    """All that judges a run but its passes.

    ``started_ns`` is the go, None while the heat is armed; ``ended_ns`` None until it is over;
    ``restarted_ns`` where the run began
    anew, None where it didn't; ``opens_ns`` when the window opens whoever crosses the line, None
    where a pass opens it. ``window_ns`` None: a practice run has no window. ``beginnings_ns``: when
    the car began over from the grid, which ends no lap.
    """

    run: Run
    options: HeatOptions
    pauses: tuple[Pause, ...]
    ended_ns: int | None
    started_ns: int | None
    restarted_ns: int | None
    opens_ns: int | None
    window_ns: int | None
    incidents: Incidents | None
    lap_penalties: tuple[LapPenalty, ...]
    run_penalty_ns: int
    credits: tuple[Credit, ...]
    status: RunStatus | None
    timeouts: int
    start: StartTerms | None = None
    false_starts: tuple[RuledFalseStart, ...] = ()
    beginnings_ns: tuple[int, ...] = ()

    @property
    def closes_at_go(self) -> bool:
        """Whether the window opened with the go, so that it may close before anybody crossed."""
        return self.opens_ns is not None


def terms_of(heat: Heat, run: Run, *, is_disqualified: bool) -> RunTerms:
    """Return what a run of the heat is judged by."""
    rulings, key = heat.rulings, run.entry_id
    restarted_ns = _restarted_ns(heat, key)
    penalties = [each for each in rulings.penalties if each.entry_id == key]
    false_starts = tuple(each for each in rulings.false_starts if each.entry_id == key)
    extra_ns = sum(each.extra_ns for each in rulings.extensions if each.entry_id == key)
    return RunTerms(
        run=run,
        options=heat.options,
        pauses=heat.pauses,
        ended_ns=heat.ended_race_ns,
        started_ns=heat.started_race_ns,
        restarted_ns=restarted_ns,
        opens_ns=_opens_ns(heat, restarted_ns),
        window_ns=None if heat.is_practice else heat.options.window_ns + extra_ns,
        incidents=_incidents(rulings.incidents, key, restarted_ns),
        lap_penalties=_on_laps(heat.passes, penalties),
        run_penalty_ns=sum(each.penalty_ns for each in penalties if each.pass_ref is None)
        + sum(each.penalty_ns for each in false_starts),
        credits=tuple(each for each in rulings.credits if each.entry_id == key),
        status=_status(heat, key, is_disqualified=is_disqualified),
        timeouts=timeouts_taken(heat, key),
        start=_start(heat),
        false_starts=false_starts,
        beginnings_ns=tuple(each.race_ns for each in heat.beginnings if each.entry_id == key),
    )


def _start(heat: Heat) -> StartTerms | None:
    """Return the heat's start with the lamps that went out for it, not for one broken off."""
    go_ns = heat.started_race_ns
    if go_ns is None:
        return None
    gos = tuple(each for each in heat.gos if each.go_race_ns == go_ns)
    return StartTerms(go_ns, heat.lights_race_ns, gos)


def _on_laps(
    passes: Mapping[PassRef, HeatPass], penalties: Iterable[Penalty]
) -> tuple[LapPenalty, ...]:
    """Return the penalties on laps, each at the instant of its pass, whatever that is worth now."""
    closing = [(passes.get(each.pass_ref), each) for each in penalties if each.pass_ref is not None]
    return tuple(
        LapPenalty((known.race_ns, known.pass_ref), each.penalty_ns)
        for known, each in closing
        if known is not None
    )


def _opens_ns(heat: Heat, restarted_ns: int | None) -> int | None:
    """Return when the go opened the window; a run that began anew has a go of its own."""
    if heat.is_practice or heat.options.start_mode == FIRST_CROSSING:
        return None
    return heat.started_race_ns if restarted_ns is None else restarted_ns


def _incidents(
    incidents: Sequence[Incident], entry_id: EntryId, restarted_ns: int | None
) -> Incidents | None:
    """Return the run's incidents, None where it has none: then laps needn't look for any."""
    own = [
        each
        for each in incidents
        if each.entry_id == entry_id and (restarted_ns is None or each.race_ns >= restarted_ns)
    ]
    if not own:
        return None
    return Incidents(
        tuple(sorted(each.race_ns for each in own if each.kind == "off_track")),
        tuple(sorted(each.race_ns for each in own if each.kind == "reset")),
    )


def _status(heat: Heat, entry_id: EntryId, *, is_disqualified: bool) -> RunStatus | None:
    """Return the last word on how the run ended; a disqualified entry's runs share its fate.

    Who had withdrawn by the start didn't show up, unless a marshal says otherwise.
    """
    words = [each.status for each in heat.rulings.statuses if each.entry_id == entry_id]
    word: RunStatus | None = "dns" if entry_id in heat.absent_entry_ids else None
    word = words[-1] if words else word
    return "dsq" if is_disqualified and word != "dns" else word


def timeouts_taken(heat: Heat, entry_id: EntryId) -> int:
    """Count the timeouts that a run took; one that began anew has them all again."""
    since_ns = _restarted_ns(heat, entry_id)
    return sum(
        each.entry_id == entry_id and (since_ns is None or each.from_race_ns >= since_ns)
        for each in heat.pauses
    )


def _restarted_ns(heat: Heat, entry_id: EntryId) -> int | None:
    """Return the instant at which the run last began anew, None where it never did."""
    instants = [each.race_ns for each in heat.rulings.restarts if each.entry_id == entry_id]
    return max(instants, default=None)
