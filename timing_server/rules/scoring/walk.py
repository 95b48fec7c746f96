"""A heat's passes walked in their order, run by run; a further pass goes on from where one stood.

Passes are walked in the order of their instants and, at the same instant, of their addresses, so
the order in which they were delivered doesn't matter, nor does it matter that one came twice. Each
is bound to a run (``passes.binding``) and judged there (``scoring.track``).
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields
from itertools import islice
from operator import is_

from timing_server.rules.passes.binding import bind
from timing_server.rules.scoring.backups import backed_up, hands_backed_up, has_backups
from timing_server.rules.scoring.scores import HeatScore, ScoredPass, Verdict
from timing_server.rules.scoring.terms import terms_of
from timing_server.rules.scoring.track import Track
from timing_server.rules.state.heat import Heat, HeatPass, Run
from timing_server.rules.state.plan import FINISH_ROLE, SECTOR_ROLES
from timing_server.rules.units import EntryId, PassRef

Disqualified = frozenset[EntryId]
#: What a heat's score doesn't hang on, or is walked for itself.
_NO_TERMS = frozenset({"passes", "controls", "confirmations"})
#: All that it hangs on besides its passes.
_TERMS = tuple(field.name for field in fields(Heat) if field.name not in _NO_TERMS)


@dataclass(frozen=True, slots=True)
class Walk:
    """A heat walked to its newest pass; going on makes a new walk and leaves this one as it is."""

    heat: Heat
    disqualified: Disqualified
    racing: Mapping[EntryId, Run]
    tracks: Mapping[EntryId, Track]
    passes: tuple[ScoredPass, ...]
    newest: HeatPass | None
    last_sign_ns: int | None

    def score(self) -> HeatScore:
        """Return what the heat is worth so far."""
        return HeatScore(
            heat_id=self.heat.heat_id,
            stage_id=self.heat.stage_id,
            runs=tuple(track.score() for track in self.tracks.values()),
            passes=self.passes,
            last_sign_ns=self.last_sign_ns,
        )


def walk_of(heat: Heat, disqualified: Disqualified) -> Walk:
    """Walk a heat from its beginning."""
    tracks = {
        entry_id: Track(
            terms_of(heat, heat.runs[entry_id], is_disqualified=entry_id in disqualified)
        )
        for entry_id in heat.entry_ids
    }
    # Who didn't show up crossed no line: whatever passed was somebody else.
    racing = {
        entry_id: track.terms.run
        for entry_id, track in tracks.items()
        if track.terms.status != "dns"
    }
    signs = [each.race_ns for each in heat.rulings.restarts]
    if heat.started_race_ns is not None:
        signs.append(heat.started_race_ns)
    blank = Walk(heat, disqualified, racing, tracks, (), None, max(signs, default=None))
    return _gone_on(blank, heat, tracks, heat.passes.values())


def walk_on(before: Walk, heat: Heat, disqualified: Disqualified) -> Walk | None:
    """Walk only what came since, None where that isn't all: then the heat is walked anew.

    Nearly every pass is the newest of its heat, and changes nothing of those before it.
    """
    walked_n = len(before.heat.passes)
    if len(heat.passes) <= walked_n or disqualified != before.disqualified:
        return None
    if not all(getattr(heat, name) is getattr(before.heat, name) for name in _TERMS):
        return None
    if not all(map(is_, before.heat.passes.values(), heat.passes.values())):
        return None
    news = list(islice(heat.passes.values(), walked_n, None))
    if has_backups(heat.passes.values()):
        return None  # a primary's pass may come after its backup's, and changes what that is worth
    if before.newest is not None and min(map(_order, news)) <= _order(before.newest):
        return None
    branches = {entry_id: track.branch() for entry_id, track in before.tracks.items()}
    return _gone_on(before, heat, branches, news)


def _order(each: HeatPass) -> tuple[int, str]:
    return each.race_ns, each.pass_ref


def _gone_on(
    before: Walk, heat: Heat, tracks: Mapping[EntryId, Track], news: Iterable[HeatPass]
) -> Walk:
    ordered = sorted(news, key=_order)
    spare = frozenset[PassRef]()
    if has_backups(ordered):
        by_hand = hands_backed_up(ordered, lambda each: bind(heat, before.racing, each)[0])
        spare = backed_up(ordered) | by_hand
    walked = [
        scored
        for each in ordered
        if (
            scored := scored_pass(each, "backed_up", None)
            if each.pass_ref in spare
            else _walked(heat, before.racing, tracks, each)
        )
        and not each.is_taken_back
    ]
    newest = ordered[-1] if ordered else before.newest
    newest_ns = None if newest is None else newest.race_ns
    signs = [each for each in (before.last_sign_ns, newest_ns) if each is not None]
    return Walk(
        heat=heat,
        disqualified=before.disqualified,
        racing=before.racing,
        tracks=tracks,
        passes=(*before.passes, *walked),
        newest=newest,
        last_sign_ns=max(signs, default=None),
    )


def _walked(
    heat: Heat, racing: Mapping[EntryId, Run], tracks: Mapping[EntryId, Track], each: HeatPass
) -> ScoredPass:
    """Bind and judge the next pass, and let its run have it where it counts."""
    if each.role != FINISH_ROLE:
        return _beside_the_line(heat, racing, tracks, each)
    entry_id, unbound = bind(heat, racing, each)
    if entry_id is not None and (each.is_taken_back or each.void_ruling_id is not None):
        tracks[entry_id].pass_over(each)
    if each.is_taken_back or each.void_ruling_id is not None:
        return scored_pass(each, "voided", entry_id)
    if entry_id is None:
        return scored_pass(each, unbound or "unknown_entry", None)
    track = tracks[entry_id]
    verdict = track.judge(each)
    if verdict == "counted":
        track.count(heat, each)
    else:
        track.pass_over(each)
    return scored_pass(each, verdict, entry_id)


def _beside_the_line(
    heat: Heat, racing: Mapping[EntryId, Run], tracks: Mapping[EntryId, Track], each: HeatPass
) -> ScoredPass:
    """Judge a pass that closes no lap: it may part one, where it is clear whose."""
    if each.role not in SECTOR_ROLES:
        return scored_pass(each, "other_gate", None)
    entry_id, _ = bind(heat, racing, each)
    if each.void_ruling_id is not None:
        return scored_pass(each, "voided", entry_id)
    if entry_id is not None:
        tracks[entry_id].see(SECTOR_ROLES[each.role], each)
    return scored_pass(each, "sector", entry_id)


def scored_pass(each: HeatPass, verdict: Verdict, entry_id: EntryId | None) -> ScoredPass:
    """Return the pass as a result: what it was judged to be, and whose it is."""
    return ScoredPass(
        pass_ref=each.pass_ref,
        source=each.source,
        crossed_race_ns=each.race_ns,
        bound_ns=each.bound_ns,
        verdict=verdict,
        entry_id=entry_id,
        role=each.role,
        void_ruling_id=each.void_ruling_id,
    )
