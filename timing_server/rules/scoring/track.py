"""One run as its passes are walked in order: what each is worth, and the laps that they close.

- The first counted pass opens lap 1 and closes none; each further one closes the lap under way
  and opens the next. A lap that was opened before the window's end counts, however long it takes
  within the grace; one that was opened at or after it doesn't.
- The window opens with the first counted pass (behind warm-up laps: with the pass that ends them)
  or, where the start is given by hand or by lights, with the go, and lasts longer by its pauses
  and by the time that was given back. ``max_laps`` laps that count end the run before that.
- A pass sooner than the dead time after the last *counted* one doesn't count (first edge wins).
- A pass during a pause doesn't count; the lap that spans a pause is closed, but invalid.
- A lap between two boots of one node was never timed: its clock began anew.
- A car that began over from the grid drove no lap between its passes before and after.
- A run that begins anew forgets the passes, incidents and timeouts before that; what a marshal gave
  to the run (credited laps, time) stays.
- A ruling on a lap belongs to the lap that contains the instant of the pass that closed it, so it
  holds on where that pass doesn't count any more.
- A marshal who restores a pass overrules dead time, pause and start, one who restores a lap its
  incidents or its pause; neither overrules that the run was over.
"""

from dataclasses import dataclass, field, replace

from timing_server.rules.passes.binding import equipment_at, outing_at
from timing_server.rules.passes.clocks import Span, span_between
from timing_server.rules.scoring.credited import is_suspect, with_credited
from timing_server.rules.scoring.scores import Invalid, Lap, RunScore, Verdict
from timing_server.rules.scoring.sectors import Seen, sectors_between, with_seen
from timing_server.rules.scoring.starts import FalseStart
from timing_server.rules.scoring.terms import RunTerms
from timing_server.rules.scoring.windows import due_after, is_paused_at, is_paused_between
from timing_server.rules.state.heat import Heat, HeatPass, Outing
from timing_server.rules.units import PassRef, RulingId


@dataclass(slots=True)
class Track:
    """The run as far as it has been walked; local to one scoring."""

    terms: RunTerms
    laps: list[Lap] = field(default_factory=list)
    valid_laps_n: int = 0
    last_counted: HeatPass | None = None
    last_outing: Outing | None = None
    window_opens_ns: int | None = None
    window_closes_ns: int | None = None
    grace_ends_ns: int | None = None
    last_lap_closed_ns: int | None = None
    lap_void_ruling_id: RulingId | None = None
    is_lap_restored: bool = False
    gates_seen: dict[int, Seen] = field(default_factory=dict)
    reaction: Span | None = None
    false_starts: tuple[FalseStart, ...] = ()

    def __post_init__(self) -> None:
        if self.terms.opens_ns is not None and self.window_opens_ns is None:
            self._open_window(self.terms.opens_ns)

    def branch(self) -> "Track":
        """Return a track that goes on from here and leaves this one as it is."""
        return replace(self, laps=list(self.laps))

    def _open_window(self, opens_ns: int) -> None:
        terms = self.terms
        if terms.window_ns is None:
            return
        self.window_opens_ns = opens_ns
        self.window_closes_ns = due_after(opens_ns, terms.window_ns, terms.pauses)
        self.grace_ends_ns = due_after(self.window_closes_ns, terms.options.grace_ns, terms.pauses)

    def judge(self, each: HeatPass) -> Verdict:
        """Say whether the run's next pass counts, in the order in which marshals ask."""
        terms, race_ns = self.terms, each.race_ns
        if terms.restarted_ns is not None and race_ns < terms.restarted_ns:
            return "before_restart"
        is_restored = each.restore_ruling_id is not None
        if not is_restored:
            if early := self._before_go(each):
                return early
            if terms.pauses and is_paused_at(race_ns, terms.pauses):
                return "heat_paused"
        if self._is_over_at(race_ns):
            return "no_heat_running"
        return "counted" if is_restored or not self._is_dead(each) else "inside_dead_time"

    def _is_dead(self, each: HeatPass) -> bool:
        last = self.last_counted
        dead_time_ns = self.terms.options.dead_time_ns
        return last is not None and span_between(last, each).duration_ns < dead_time_ns

    def _before_go(self, each: HeatPass) -> Verdict | None:
        """Say of a pass that came surely before the go whether lights were on; None of any other.

        A marshal who gave a pass to the run knew when it was, but nobody may drive behind lights.
        """
        start = self.terms.start
        if start is None:
            return "before_start"
        if each.source != "sensor" or not start.is_before_go(each):
            return None
        if start.is_false_start(each):
            self._suspect(each, start.since_go(each))
            return "false_start"
        return "before_start" if each.ruled_entry_id is None else None

    def _suspect(self, each: HeatPass, since: Span) -> None:
        """Note a candidate for a false start, with the newest word of a marshal on it."""
        words = [word for word in self.terms.false_starts if word.pass_ref == each.pass_ref]
        last = words[-1] if words else None
        found = FalseStart(
            pass_ref=each.pass_ref,
            early_ns=-since.duration_ns,
            bound_ns=since.bound_ns,
            ruling_id=None if last is None else last.ruling_id,
            penalty_ns=0 if last is None else last.penalty_ns,
        )
        self.false_starts = (*self.false_starts, found)

    def _unfounded(self) -> list[FalseStart]:
        """Return penalties for passes that are no false starts of the run any more."""
        suspected = {each.pass_ref for each in self.false_starts}
        return [
            FalseStart(word.pass_ref, 0, 0, word.ruling_id, word.penalty_ns, is_unfounded=True)
            for word in self.terms.false_starts
            if word.penalty_ns > 0 and word.pass_ref not in suspected
        ]

    def _react(self, first: HeatPass) -> None:
        """Note how long after lights out the run's first counted pass was."""
        start = self.terms.start
        is_clean = all(each.is_dismissed for each in self.false_starts)
        has_own_go = self.terms.restarted_ns is not None
        if start is None or start.lights_ns is None or has_own_go or not is_clean:
            return
        since = start.since_go(first)
        if self.terms.run.boot is not None and since.duration_ns == 0:
            return  # two that race each other stand with their noses on the line: the go is a pass
        if since.duration_ns + since.bound_ns >= 0:
            # Within the clocks' bounds it may read as a little before the go; none surely was.
            self.reaction = replace(since, duration_ns=max(0, since.duration_ns))

    def _is_over_at(self, race_ns: int) -> bool:
        """Whether the run's last lap was closed before, or can't be closed any more."""
        if self.last_lap_closed_ns is not None:
            return True
        if self.window_closes_ns is None or self.grace_ends_ns is None:
            return False
        if self.last_counted is None and self.terms.closes_at_go:
            return race_ns >= self.window_closes_ns
        return race_ns > self.grace_ends_ns

    def pass_over(self, each: HeatPass) -> None:
        """Keep what was ruled on the lap that an uncounted pass had closed: its lap has it now."""
        if self.last_counted is None:
            return
        self.lap_void_ruling_id = self.lap_void_ruling_id or each.lap_void_ruling_id
        self.is_lap_restored = self.is_lap_restored or each.lap_restore_ruling_id is not None

    def see(self, gate: int, each: HeatPass) -> None:
        """Take a pass of a sector gate: it parts the lap under way, if any."""
        if self.last_counted is not None:
            self.gates_seen = with_seen(self.gates_seen, gate, each)

    def count(self, heat: Heat, each: HeatPass) -> None:
        """Take a counted pass: it closes the lap under way, if any, and opens the next."""
        terms, opening = self.terms, self.last_counted
        if heat.is_practice:
            outing = outing_at(heat, terms.run.entry_id, each.race_ns)
            opening = None if outing is not self.last_outing else opening
            self.last_outing = outing
        if opening is not None and self._began_over(opening, each):
            opening = None
        if self.last_counted is None:
            self._react(each)
        self.last_counted = each
        if opening is not None:
            # The pass's own ruling has the word before those of passes that don't count.
            self.lap_void_ruling_id = each.lap_void_ruling_id or self.lap_void_ruling_id
            self.is_lap_restored = self.is_lap_restored or each.lap_restore_ruling_id is not None
            self._take(self._close(opening, each))
        self.lap_void_ruling_id, self.is_lap_restored = None, False
        self.gates_seen = {}
        if self.window_opens_ns is None and len(self.laps) >= terms.options.warmup_laps:
            self._open_window(each.race_ns)
        closes_ns = self.window_closes_ns
        if closes_ns is not None and opening is not None and each.race_ns >= closes_ns:
            self.last_lap_closed_ns = each.race_ns

    def _began_over(self, opening: HeatPass, each: HeatPass) -> bool:
        """Whether the car was put on the grid since: then no lap lies between the two passes."""
        beginnings = self.terms.beginnings_ns
        return any(opening.race_ns < over_ns <= each.race_ns for over_ns in beginnings)

    def _take(self, lap: Lap) -> None:
        self.laps.append(lap)
        if lap.invalid is not None:
            return
        self.valid_laps_n += 1
        terms = self.terms
        most = terms.options.max_laps
        is_limited = most > 0 and terms.window_ns is not None
        if is_limited and self.valid_laps_n + len(terms.credits) >= most:
            self.last_lap_closed_ns = lap.closed_race_ns

    def _close(self, opening: HeatPass, closing: HeatPass) -> Lap:
        terms = self.terms
        options = terms.options
        span = span_between(opening, closing)
        off_tracks = resets = 0
        if terms.incidents is not None:
            off_tracks, resets = terms.incidents.within(opening.race_ns, closing.race_ns)
        equipment = equipment_at(terms.run, closing.race_ns)
        number = len(self.laps) + 1
        invalid = self._invalid(opening, closing, number, off_tracks + resets)
        return Lap(
            number=number,
            pass_ref=closing.pass_ref,
            opening_ref=opening.pass_ref,
            duration_ns=span.duration_ns,
            bound_ns=span.bound_ns,
            closed_race_ns=closing.race_ns,
            off_tracks=off_tracks,
            car_id=None if equipment is None else equipment.car_id,
            model_sha256=None if equipment is None else equipment.model_sha256,
            void_ruling_id=self.lap_void_ruling_id,
            resets=resets,
            penalty_ns=off_tracks * options.off_track_penalty_ns
            + resets * options.reset_penalty_ns
            + self._ruled_penalty_ns(opening, closing),
            invalid=invalid,
            is_suspect=invalid is None
            and is_suspect(span.duration_ns, options.lap_min_ns, options.lap_max_ns),
            sectors=sectors_between(opening, self.gates_seen, closing) if self.gates_seen else (),
        )

    def _ruled_penalty_ns(self, opening: HeatPass, closing: HeatPass) -> int:
        penalties = self.terms.lap_penalties
        if not penalties:
            return 0
        opened, closed = _place(opening), _place(closing)
        return sum(each.penalty_ns for each in penalties if opened < each.at <= closed)

    def _invalid(
        self, opening: HeatPass, closing: HeatPass, number: int, incidents: int
    ) -> Invalid | None:
        """Say why the lap doesn't count; the reasons that no restoring overrules come first."""
        terms = self.terms
        if self.lap_void_ruling_id is not None:
            return "ruling"
        if terms.status == "dsq":
            return "disqualified"
        if opening.boot_id != closing.boot_id and opening.node_id == closing.node_id:
            return "two_boots"
        if number <= terms.options.warmup_laps:
            return "warmup"
        if self.is_lap_restored:
            return None
        return self._doubtful(opening, closing, incidents)

    def _doubtful(self, opening: HeatPass, closing: HeatPass, incidents: int) -> Invalid | None:
        terms = self.terms
        if terms.pauses and is_paused_between(opening.race_ns, closing.race_ns, terms.pauses):
            return "paused"
        most = terms.options.incidents_max
        return "incidents" if most is not None and incidents > most else None

    def score(self) -> RunScore:
        """Return what the run is worth so far."""
        terms = self.terms
        newest = terms.run.equipment[-1] if terms.run.equipment else None
        is_under_way = self.last_lap_closed_ns is None and terms.ended_ns is None
        opening = self.last_counted if is_under_way and terms.status is None else None
        return RunScore(
            entry_id=terms.run.entry_id,
            laps=() if terms.status == "dns" else with_credited(terms, self.laps),
            window_opens_ns=self.window_opens_ns,
            window_closes_ns=self.window_closes_ns,
            lap_opened_ns=None if opening is None else opening.race_ns,
            last_lap_closed_ns=self.last_lap_closed_ns,
            off_tracks=len(terms.incidents.off_tracks_ns) if terms.incidents else 0,
            car_id=None if newest is None else newest.car_id,
            model_sha256=None if newest is None else newest.model_sha256,
            resets=len(terms.incidents.resets_ns) if terms.incidents else 0,
            penalty_ns=terms.run_penalty_ns,
            status=terms.status,
            timeouts=terms.timeouts,
            grace_ends_ns=self.grace_ends_ns,
            sectors=() if opening is None else sectors_between(opening, self.gates_seen, None),
            reaction=self.reaction,
            false_starts=(*self.false_starts, *self._unfounded()),
        )


def _place(each: HeatPass) -> tuple[int, PassRef]:
    return each.race_ns, each.pass_ref
