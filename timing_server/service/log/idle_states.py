"""States of streams that nobody writes to, replayed beside the writer.

Anybody may look at an old event or a season of many. The writer holds the streams in use alone;
to replay another one takes as long as it was raced richly, and passes must not wait for that.
"""

import threading
from collections import OrderedDict

from timing_server.rules.state.event import EventState
from timing_server.rules.units import StreamId
from timing_server.service.log.known import read_head
from timing_server.service.ports import Store

#: So many facts' worth of states are kept, some hundred megabytes; the newest read is kept anyway.
MAX_FACTS_KEPT = 200_000


class IdleStates:
    """May be asked by any thread; they replay one after the other."""

    def __init__(self, store: Store, most_facts: int = MAX_FACTS_KEPT) -> None:
        self._store = store
        self._most_facts = most_facts
        self._lock = threading.Lock()
        self._kept: OrderedDict[StreamId, EventState] = OrderedDict()

    def state(self, stream: StreamId) -> EventState:
        """Return a stream's state as it is on the disk, kept from before where nothing was added.

        Raises LogDamagedError or StorageFailedError.
        """
        with self._lock:
            newest = self._store.newest_fact(stream)
            state = self._kept.pop(stream, None)
            if state is None or newest is None or state.seq != newest.seq:
                state = read_head(self._store, stream).state
            self._kept[stream] = state
            self._drop_oldest()
            return state

    def _drop_oldest(self) -> None:
        facts = sum(each.seq for each in self._kept.values())
        while facts > self._most_facts and len(self._kept) > 1:
            _, dropped = self._kept.popitem(last=False)
            facts -= dropped.seq
