"""Turns a committed group into what screens and devices are told; runs in the writer's thread."""

from collections.abc import Callable, Sequence
from functools import partial

from timing_server.contract.machines.devices import HeatOrder
from timing_server.rules.facts.entries import EntryAdded
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.reduce import reduce
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.units import EventId, StreamId
from timing_server.service.entities import RegistryRows
from timing_server.service.live.channel import Channel, Patch, to_json
from timing_server.service.live.heats.orders import heat_order
from timing_server.service.live.hub import Hub
from timing_server.service.live.merge_patch import difference
from timing_server.service.live.projection import Projection
from timing_server.service.log.draft import Step
from timing_server.service.log.known import Known, replay
from timing_server.service.log.writer import Committed
from timing_server.service.ports import Store

MAX_FOLLOWED = 16
#: How many of the newest facts are projected anew where an event is followed again: a screen that
#: was away for longer gets the whole document, and a server that was killed late in the day is back
#: soon.
REMADE_PATCHES = 256

_Show = Callable[[], None]


class Publisher:
    """Holds the document of every event that somebody follows. Its calls are the writer's."""

    def __init__(self, store: Store, hub: Hub) -> None:
        self._store = store
        self._hub = hub
        self._projections: dict[str, Projection] = {}
        self._to_show: list[_Show] = []
        self._active_event_id: str | None = None
        self._order = HeatOrder(phase="idle")

    def follow(self, event_id: EventId, known: Known) -> None:
        """Begin to follow an event: replay it from the disk, with its newest patches.

        So a screen that was connected to a server that was killed resumes where it left off.
        """
        if event_id in self._projections:
            return
        recorded = list(replay(self._store.read_stream(StreamId(event_id))))
        state = empty_state(StreamId(event_id))
        for each in recorded[:-REMADE_PATCHES]:
            state = reduce(state, each)
        projection = Projection(state, known.registry)
        patches = []
        newest = recorded[-REMADE_PATCHES:]
        for each, then in zip(newest, [*newest[1:], None], strict=False):
            state = reduce(state, each)
            if _waits_for(each, then):
                patches.append(_nothing_of(each))
            else:
                patches.append(_advance(projection, state, each, known.registry))
        self._projections[event_id] = projection
        names_since_seq = _seq_of_names(recorded, known.registry)
        channel = Channel(projection.seq, projection.document, patches, names_since_seq)
        self._to_show.append(partial(self._hub.open_channel, event_id, channel))
        self._drop_oldest(known)

    def __call__(self, committed: Committed) -> _Show:
        """Project a group; the result, called in the event loop, shows it."""
        if committed.after.registry is not committed.before.registry:
            self._show_names(committed.after.registry)
        steps = committed.steps
        for step, then in zip(steps, [*steps[1:], None], strict=False):
            self._show_step(step, then, committed.after.registry)
        self._show_venue(committed.after)
        to_show, self._to_show = self._to_show, []

        def show() -> None:
            for each in to_show:
                each()

        return show

    def _show_step(self, step: Step, then: Step | None, registry: RegistryRows) -> None:
        event_id = step.recorded.stream
        projection = self._projections.get(event_id)
        if projection is None or step.recorded.seq <= projection.seq:
            return
        if then is not None and _waits_for(step.recorded, then.recorded):
            patch = _nothing_of(step.recorded)
        else:
            patch = _advance(projection, step.after.state, step.recorded, registry)
        self._to_show.append(partial(self._hub.patch, event_id, patch, projection.document))

    def _show_names(self, registry: RegistryRows) -> None:
        for event_id, projection in self._projections.items():
            before = projection.document
            if difference(before, projection.rename(registry)):
                self._to_show.append(partial(self._hub.rename, event_id, projection.document))

    def _show_venue(self, known: Known) -> None:
        active_event_id = known.venue.active_event_id
        if active_event_id != self._active_event_id:
            self._active_event_id = active_event_id
            self._to_show.append(partial(self._hub.switch, active_event_id))
        event = known.venue.open_event
        head = known.heads.get(StreamId(event.event_id)) if event else None
        if event is not None and head is None:
            return
        order = heat_order(head.state if head else None)
        if order != self._order:
            self._order = order
            self._to_show.append(partial(self._hub.order, order))

    def _drop_oldest(self, known: Known) -> None:
        idle = [each for each in self._projections if each != known.venue.active_event_id]
        for event_id in idle[: max(0, len(self._projections) - MAX_FOLLOWED)]:
            del self._projections[event_id]
            self._to_show.append(partial(self._hub.drop_channel, event_id))


def _seq_of_names(recorded: Sequence[Recorded], registry: RegistryRows) -> int:
    """Return the fact from which on screens have known the present names."""
    changed_ns = registry.changed_race_ns
    if changed_ns is None:
        return 0
    return 1 + sum(each.race_ns <= changed_ns for each in recorded)


def _waits_for(recorded: Recorded, then: Recorded | None) -> bool:
    """Whether a fact is shown with the next one: a roster's entries all at once.

    Each changes the same part of the document, which for ten thousand would be made as often.
    """
    if then is None or then.stream != recorded.stream:
        return False
    return isinstance(recorded.fact, EntryAdded) and isinstance(then.fact, EntryAdded)


def _nothing_of(recorded: Recorded) -> Patch:
    """Return the patch of a fact that is shown with a later one."""
    return Patch(seq=recorded.seq, fact=type(recorded.fact).__name__, content=to_json({}))


def _advance(
    projection: Projection, state: EventState, recorded: Recorded, registry: RegistryRows
) -> Patch:
    before = projection.document
    document = projection.advance(state, recorded.fact, registry)
    return Patch(
        seq=recorded.seq,
        fact=type(recorded.fact).__name__,
        content=to_json(difference(before, document)),
    )
