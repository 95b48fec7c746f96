"""The one writer: decides what waits, commits it as a group, projects, acknowledges, publishes.

Decision 4. Nothing is acknowledged before it is on the disk; when a commit fails, everyone of the
group hears so, and what the server knows is read again from the disk, which alone is right.
"""

import queue
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import Future
from contextlib import suppress
from dataclasses import dataclass, replace
from typing import Any, TypeVar

import structlog

from timing_server.rules.commands.heats import Tick
from timing_server.rules.decide import next_due
from timing_server.rules.heat_phases import HeatPhase
from timing_server.rules.state.event import empty_state
from timing_server.rules.units import NS_PER_S, VENUE_STREAM, StreamId
from timing_server.service.errors import ServiceError, StoppingError, StorageFailedError
from timing_server.service.log.draft import Draft, Step
from timing_server.service.log.hearing import Hearing, finish_nodes
from timing_server.service.log.known import Head, Known, advance, read_head, read_opening, replay
from timing_server.service.log.race_clock import RaceClock
from timing_server.service.ports import Deliver, Store

_log = structlog.get_logger()

T = TypeVar("T")
MAX_GROUP = 256
MAX_HEADS = 16
RULES_ACTOR = "rules"
#: How soon to look again where a tick was due and changed nothing.
_FRUITLESS_PAUSE_S = 0.05
#: How soon to look again whether a node of the finish line is heard.
_DEAF_PAUSE_S = 2.0
#: How long after a start no rule ends a heat that ran before it: its passes may still wait in the
#: nodes' journals, and nodes try again every 3 s at the latest.
CATCH_UP_S = 10


@dataclass(frozen=True, slots=True)
class Committed:
    """A group that is on the disk: its facts in order, what was known before it, and after."""

    steps: Sequence[Step]
    before: Known
    after: Known


#: Projects a group and returns what shows it to screens; called in the writer's thread, the result
#: where screens live.
Project = Callable[[Committed], Callable[[], None]]


@dataclass(slots=True)
class _Job:
    work: Callable[[Draft], Any]
    at_race_ns: int
    future: "Future[Any]"
    result: Any = None
    error: BaseException | None = None

    def acknowledge(self) -> None:
        if self.error is not None:
            self.future.set_exception(self.error)
        else:
            self.future.set_result(self.result)


class Writer:
    """Owns all writing; ``known`` is the newest committed value and may be read from any thread."""

    def __init__(
        self,
        store: Store,
        clock: RaceClock,
        known: Known,
        project: Project,
        deliver: Deliver,
        hearing: Hearing | None = None,
    ) -> None:
        self.known = known
        self._hearing = hearing
        self._store = store
        self._clock = clock
        self._project = project
        self._deliver = deliver
        self._waiting: queue.SimpleQueue[_Job | None] = queue.SimpleQueue()
        self._submit_lock = threading.Lock()
        self._is_stopping = False
        self._is_out_of_step = False
        self._was_fruitless = False
        self._began_race_ns = clock.now_ns()
        self._thread = threading.Thread(target=self._run, name="writer", daemon=True)

    def start(self) -> None:
        """Begin to work."""
        self._thread.start()

    def stop(self) -> None:
        """Finish what waits and end; anything submitted later is refused."""
        with self._submit_lock:
            self._is_stopping = True
            self._waiting.put(None)
        if self._thread.is_alive():
            self._thread.join()

    def submit(self, work: Callable[[Draft], T]) -> "Future[T]":
        """Ask for a job; the future is acknowledged after the commit that contains it.

        The instant of asking is the job's instant. Raises nothing; the future carries errors.
        """
        future: Future[T] = Future()
        with self._submit_lock:
            if not self._is_stopping:
                self._waiting.put(_Job(work, self._clock.now_ns(), future))
                return future
        future.set_exception(StoppingError("The server is ending; try again in a moment."))
        return future

    # --- the thread ----------------------------------------------------------------------------

    def _run(self) -> None:
        is_ending = False
        while not is_ending:
            jobs, is_ending = self._take()
            try:
                self.handle(jobs)
            except Exception:  # noqa: BLE001 - the supervisor of everything that is written
                _log.exception("writer_failed")
                self._is_out_of_step = True
                for job in jobs:
                    if not job.future.done():
                        message = "The server failed at this; nothing of it was kept."
                        job.future.set_exception(StorageFailedError(message))

    def _take(self) -> tuple[list[_Job], bool]:
        """Wait for jobs, or until a rule is due; returns what waits and whether to end after it."""
        jobs: list[_Job] = []
        with suppress(queue.Empty):
            taken = self._waiting.get(timeout=self._patience_s())
            while True:
                if taken is None:
                    return jobs, True
                if taken.future.set_running_or_notify_cancel():
                    jobs.append(taken)
                if len(jobs) >= MAX_GROUP:
                    break
                taken = self._waiting.get_nowait()
        return jobs, False

    def _patience_s(self) -> float | None:
        now_ns = self._clock.now_ns()
        heard_from_ns = self._heard_from_ns(self.known, now_ns)
        due_ns = self._due_ns(self.known, heard_from_ns)
        patience_s = None if due_ns is None else max(0.0, (due_ns - now_ns) / NS_PER_S)
        if heard_from_ns is None:
            # Nobody calls when a node is heard again.
            patience_s = _DEAF_PAUSE_S if patience_s is None else min(patience_s, _DEAF_PAUSE_S)
        if patience_s is None or not self._was_fruitless:
            return patience_s
        return max(patience_s, _FRUITLESS_PAUSE_S)

    def _heard_from_ns(self, known: Known, now_ns: int) -> int | None:
        """Return since when the finish line of the heat that runs is heard; see ``Tick``."""
        head = known.heads.get(known.venue.gate_stream)
        heat = None if head is None else head.state.active_heat
        if self._hearing is None or head is None or heat is None:
            return 0
        if heat.phase is not HeatPhase.RUNNING:
            return 0
        return self._hearing.heard_from(finish_nodes(head.state), now_ns)

    def _due_ns(self, known: Known, heard_from_ns: int | None) -> int | None:
        """Return when a rule is due, leaving nodes time to catch up with a start."""
        head = known.heads.get(known.venue.gate_stream)
        due_ns = None if head is None else next_due(head.state, heard_from_ns)
        heat = None if head is None else head.state.active_heat
        if due_ns is None or heat is None or heat.started_race_ns is None:
            return due_ns
        if heat.started_race_ns >= self._began_race_ns:
            return due_ns
        return max(due_ns, self._began_race_ns + CATCH_UP_S * NS_PER_S)

    def handle(self, jobs: Sequence[_Job]) -> None:
        """Decide and commit a group with whatever the rules have due, then show it."""
        try:
            if self._is_out_of_step:
                self._catch_up()
            before = self.known
            with self._store.transaction() as rows:
                draft = Draft(before, self._store, rows, self._clock.system.wall_utc())
                for job in jobs:
                    self._attempt(draft, job)
                self._tick(draft)
        except StorageFailedError as error:
            _log.error("commit_failed", error=str(error), jobs=len(jobs))
            self._refuse_all(jobs, error)
            return
        self.known = _without_idle_heads(draft.known)
        self._show(Committed(draft.steps, before, draft.known), jobs)

    def _attempt(self, draft: Draft, job: _Job) -> None:
        """Run one job; what goes wrong in it concerns nobody else of the group."""
        try:
            with draft.job(job.at_race_ns):
                job.result = job.work(draft)
        except StorageFailedError:
            raise
        except ServiceError as error:
            job.error = error
        except Exception as error:  # noqa: BLE001 - a fault in one job must not take the others along
            _log.exception("job_failed")
            job.error = error

    def _tick(self, draft: Draft) -> None:
        """Append whatever the rules have due by now (decision 5)."""
        self._was_fruitless = False
        while True:
            stream = draft.known.venue.gate_stream
            draft.head(stream)
            now_ns = self._clock.now_ns()
            heard_from_ns = self._heard_from_ns(draft.known, now_ns)
            due_ns = self._due_ns(draft.known, heard_from_ns)
            if due_ns is None or due_ns > now_ns:
                return
            steps = len(draft.steps)
            with draft.job(now_ns):
                draft.decide(stream, Tick(heard_from_ns), RULES_ACTOR)
            if len(draft.steps) == steps:
                self._was_fruitless = True
                return

    def _show(self, committed: Committed, jobs: Sequence[_Job]) -> None:
        publish = self._projected(committed)

        def acknowledge_and_publish() -> None:
            for job in jobs:
                job.acknowledge()
            publish()

        self._deliver(acknowledge_and_publish)

    def _projected(self, committed: Committed) -> Callable[[], None]:
        """Project what is on the disk: a fault in a view must not refuse what is kept."""
        try:
            return self._project(committed)
        except Exception:  # noqa: BLE001 - the facts are safe, screens catch up with the next one
            _log.exception("projection_failed")
            return lambda: None

    # --- when a commit failed ------------------------------------------------------------------

    def _refuse_all(self, jobs: Sequence[_Job], error: StorageFailedError) -> None:
        self._is_out_of_step = True
        with suppress(StorageFailedError):
            self._catch_up()

        def refuse() -> None:
            for job in jobs:
                job.future.set_exception(error)

        self._deliver(refuse)

    def _catch_up(self) -> None:
        """Know again what is on the disk, and show what reached it unnoticed.

        A commit that reported an error may have become durable all the same.
        """
        before = self.known
        known = read_opening(self._store).known
        heads = {stream: read_head(self._store, stream) for stream in before.heads}
        after = replace(known, heads=heads)
        steps = [
            step
            for stream, head in before.heads.items()
            for step in self._steps_after(stream, head.state.seq)
        ]
        self.known = after
        self._is_out_of_step = False
        self._deliver(self._projected(Committed(steps, before, after)))

    def _steps_after(self, stream: StreamId, seq: int) -> list[Step]:
        head = Head(empty_state(stream), "")
        steps = []
        for recorded in replay(self._store.read_stream(stream)):
            after = Head(advance(head.state, recorded), "")
            if recorded.seq > seq:
                steps.append(Step(recorded, head, after))
            head = after
        return steps


def _without_idle_heads(known: Known) -> Known:
    """Forget the states of streams that nobody has used for long; they are on the disk."""
    if len(known.heads) <= MAX_HEADS:
        return known
    wanted = {VENUE_STREAM, known.venue.gate_stream, known.venue.active_event_id}
    idle = [stream for stream in known.heads if stream not in wanted]
    dropped = set(idle[: len(known.heads) - MAX_HEADS])
    heads = {stream: head for stream, head in known.heads.items() if stream not in dropped}
    return replace(known, heads=heads)
