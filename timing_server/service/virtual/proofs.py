"""Drives an event's virtual runs again where somebody asks, one at a time, never beside a heat."""

import threading
from collections import deque
from collections.abc import Callable, Collection, Iterable, Sequence
from dataclasses import dataclass

import structlog
from pydantic import TypeAdapter

from timing_server.contract.race.proofs import (
    ProofOutcome,
    ProofState,
    RunProof,
    RunProofs,
    SimulatorPart,
)
from timing_server.contract.workshop import RoomState
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.virtual import RunSimulated
from timing_server.rules.state.event import EventState
from timing_server.rules.units import HeatId, StageId, StreamId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import ServiceError
from timing_server.service.live.projection import entry_name
from timing_server.service.log.known import replay
from timing_server.service.log.writer import Writer
from timing_server.service.ports import Store
from timing_server.service.tracks.laying import track_blob
from timing_server.service.virtual.errors import ProofsClosedError
from timing_server.service.virtual.head_to_head.proving import SimulatedDuel, simulated_duels
from timing_server.service.virtual.head_to_head.verdicts import DuelRerun, judge_duel
from timing_server.service.virtual.proving import SimulatedRun, simulated_runs
from timing_server.service.virtual.verdicts import (
    Rerun,
    Shelf,
    Verdict,
    Watch,
    Wish,
    in_words,
    judge,
)

_log = structlog.get_logger()
_LOOK_S = 1.0
#: What was found out of an event, by heat.
_Outcomes = dict[str, ProofOutcome]
_KEPT: TypeAdapter[_Outcomes] = TypeAdapter(dict[str, ProofOutcome])

#: Drives a run again: the run, its model, its track's document, and whether to go on.
DriveWatched = Callable[[SimulatedRun, bytes, str | None, Watch], Rerun]
#: The same for a race of two, with its models by their places.
DriveDuelWatched = Callable[[SimulatedDuel, Sequence[bytes], str | None, Watch], DuelRerun]


@dataclass(frozen=True, slots=True)
class Reruns:
    """Drives runs again, and races of two."""

    run: DriveWatched
    duel: DriveDuelWatched


@dataclass(frozen=True, slots=True)
class ProofTools:
    """What proving needs of the server; ``drive_again`` None where this machine can't."""

    drive_again: Reruns | None
    model: Callable[[str], bytes | None]
    room: Callable[[], RoomState]
    wall_utc: Callable[[], str]


class Proofs:
    """A thread of its own drives; any thread may ask. What was found out is kept."""

    def __init__(self, writer: Writer, store: Store, tools: ProofTools) -> None:
        self._writer = writer
        self._store = store
        self._tools = tools
        self._lock = threading.Lock()
        self._waiting: deque[tuple[str, str]] = deque()
        self._running: tuple[str, str] | None = None
        self._thread: threading.Thread | None = None
        self._is_ending = threading.Event()

    def views(self, state: EventState, registry: RegistryRows) -> RunProofs:
        """Return an event's virtual runs in the order of their heats. Reads the database."""
        kept = self._kept(state.stream)
        runs = [
            _view(state, registry, each, self._outcome(state.stream, heat_id, kept))
            for heat_id, each in driven(state).items()
        ]
        runs.sort(key=lambda each: each.heat_number)
        return RunProofs(is_open=self._tools.drive_again is not None, runs=tuple(runs))

    def ask(self, state: EventState, heat_ids: Collection[str] | None) -> None:
        """Drive runs again, all where ``heat_ids`` is None; what waits already waits once.

        Raises ProofsClosedError.
        """
        if self._tools.drive_again is None:
            raise ProofsClosedError(
                "This server can't drive virtual runs; install its extra 'car'."
            )
        wanted = [each for each in driven(state) if heat_ids is None or each in heat_ids]
        with self._lock:
            for heat_id in wanted:
                job = (str(state.stream), str(heat_id))
                if job != self._running and job not in self._waiting:
                    self._waiting.append(job)
            if self._waiting and self._thread is None and not self._is_ending.is_set():
                self._thread = threading.Thread(target=self._work, name="proofs", daemon=True)
                self._thread.start()

    def close(self) -> None:
        """End what runs; returns once it has ended."""
        with self._lock:
            self._is_ending.set()
            self._waiting.clear()
            thread = self._thread
        if thread is not None:
            thread.join()

    def _outcome(self, event_id: str, heat_id: str, kept: _Outcomes) -> ProofOutcome:
        job = (event_id, heat_id)
        with self._lock:
            if job == self._running:
                return ProofOutcome(state="running")
            if job in self._waiting:
                return ProofOutcome(state="waiting")
        return kept.get(heat_id) or ProofOutcome(state="none")

    def _kept(self, event_id: str) -> _Outcomes:
        content = self._store.blob(_blob(event_id))
        return {} if content is None else _KEPT.validate_json(content)

    # --- the thread ----------------------------------------------------------------------------

    def _work(self) -> None:
        while True:
            with self._lock:
                if not self._waiting:
                    self._thread = self._running = None
                    return
                self._running = self._waiting.popleft()
                event_id, heat_id = self._running
            try:
                outcome = self._proved(event_id, heat_id)
            except ServiceError as error:
                outcome = ProofOutcome(state="failed", sentence=str(error))
            except Exception:  # noqa: BLE001 - the supervisor of every run
                _log.exception("proof_failed", event_id=event_id, heat_id=heat_id)
                outcome = ProofOutcome(state="failed", sentence="The server's log says why.")
            if not self._is_ending.is_set():
                self._keep(event_id, heat_id, outcome)

    def _proved(self, event_id: str, heat_id: str) -> ProofOutcome:
        while self._wish() == "hold":
            self._is_ending.wait(_LOOK_S)
        log = tuple(replay(self._store.read_stream(StreamId(event_id))))
        shelf = Shelf(self._tools.model, lambda sha256: self._store.blob(track_blob(sha256)))
        verdict = self._run_verdict(log, heat_id, shelf) or self._duel_verdict(log, heat_id, shelf)
        if verdict is None:
            return ProofOutcome(state="failed", sentence="The log has no such run.")
        return told(verdict, self._tools.wall_utc())

    def _run_verdict(self, log: Sequence[Recorded], heat_id: str, shelf: Shelf) -> Verdict | None:
        run = next((each for each in simulated_runs(log) if each.proof.heat_id == heat_id), None)
        drive_again = self._tools.drive_again
        if run is None or drive_again is None:
            return None

        def drive(run: SimulatedRun, model: bytes, document: str | None) -> Rerun:
            return drive_again.run(run, model, document, self._wish)

        return judge(run, shelf, drive)

    def _duel_verdict(self, log: Sequence[Recorded], heat_id: str, shelf: Shelf) -> Verdict | None:
        duel = next((each for each in simulated_duels(log) if each.proof.heat_id == heat_id), None)
        drive_again = self._tools.drive_again
        if duel is None or drive_again is None:
            return None

        def drive(duel: SimulatedDuel, models: Sequence[bytes], document: str | None) -> DuelRerun:
            return drive_again.duel(duel, models, document, self._wish)

        return judge_duel(duel, shelf, drive)

    def _wish(self) -> Wish:
        if self._is_ending.is_set():
            return "end"
        return "go" if self._tools.room().is_free else "hold"

    def _keep(self, event_id: str, heat_id: str, outcome: ProofOutcome) -> None:
        kept = {**self._kept(event_id), heat_id: outcome}
        content = _KEPT.dump_json(kept)
        self._writer.submit(lambda draft: draft.rows.put_blob(_blob(event_id), content)).result()


@dataclass(frozen=True, slots=True)
class DrivenHeat:
    """A virtual heat's runs, by their places on the grid: one, or two that raced each other."""

    stage_id: StageId
    runs: tuple[RunSimulated, ...]

    @property
    def first(self) -> RunSimulated:
        """What the first of them was computed with; all by the same simulator, track and seed."""
        return self.runs[0]


def driven(state: EventState) -> dict[HeatId, DrivenHeat]:
    """Return what was driven in an event's virtual heats."""
    found: dict[HeatId, DrivenHeat] = {}
    for made in state.submissions.values():
        for run in made.runs:
            before = found[run.heat_id].runs if run.heat_id in found else ()
            runs = sorted((*before, run), key=lambda each: each.grid_place)
            found[run.heat_id] = DrivenHeat(made.stage_id, tuple(runs))
    return found


def told(verdict: Verdict, now_utc: str) -> ProofOutcome:
    """Return a verdict as it is kept and shown."""
    found = verdict.found
    state: ProofState = verdict.outcome
    return ProofOutcome(
        state=state,
        facts=verdict.facts,
        laps=verdict.run.laps_n,
        resets=verdict.resets,
        fact_seq=None if found is None else found.seq,
        fact_kind=None if found is None else found.kind,
        recorded=None if found is None else found.recorded,
        computed=None if found is None else found.computed,
        apart=_parts(verdict.apart),
        sentence=in_words(verdict),
        checked_utc=now_utc,
    )


def _parts(apart: Iterable[tuple[str, str, str]]) -> tuple[SimulatorPart, ...]:
    return tuple(SimulatorPart(name=name, then=then, here=here) for name, then, here in apart)


def _view(
    state: EventState, registry: RegistryRows, driven: DrivenHeat, outcome: ProofOutcome
) -> RunProof:
    run, stage = driven.first, state.stages[driven.stage_id]
    names = [entry_name(state.entries[each.entry_id], registry.drivers) for each in driven.runs]
    return RunProof.model_validate(
        {
            "heat_id": run.heat_id,
            "heat_number": state.heats[run.heat_id].number,
            "stage_id": stage.stage_id,
            "entry_id": run.entry_id,
            "driver": " – ".join(names),
            "model_sha256": run.model_sha256,
            "track": "" if stage.virtual is None else stage.virtual.track,
            "track_sha256": run.track_sha256,
            "seed": run.seed,
            "simulator": run.simulator,
            "outcome": outcome,
        },
        from_attributes=True,
    )


def _blob(event_id: str) -> str:
    return f"proofs.{event_id}"
