"""The thread that runs the start lights, and journals when they really went out."""

import queue
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from functools import partial

import structlog

from hardware.node.health import Alarms
from hardware.node.writer import JournalWriter
from hardware.race_clock import Relation
from hardware.signals.director import Direction, Go, LightsDirector, is_tight
from hardware.signals.lamps import StartLamps, Switched
from timing_server.contract.machines.devices import HeatOrder
from timing_server.contract.machines.journal import GoRecord

_log = structlog.get_logger()

ALARM = "start_lights"
CLOSE_PATIENCE_S = 1.0
#: How long the clock's first measurement may take before anybody is told that it is missing.
FIRST_RELATION_S = 10.0
_LOOK_S = 0.5
_NS_PER_S = 1_000_000_000

Clock = Callable[[], int]


class StartLights:
    """Runs lamps by the server's orders; ``take`` may be called from any thread."""

    def __init__(
        self,
        lamps: StartLamps,
        relation: Callable[[], Relation | None],
        writer: JournalWriter,
        boot_id: str,
        alarms: Alarms,
        clock_ns: Clock = time.monotonic_ns,
    ) -> None:
        """Own ``lamps`` from now on; ``relation`` returns how this clock lies to the race clock."""
        self._lamps = lamps
        self._relation = relation
        self._writer = writer
        self._boot_id = boot_id
        self._alarms = alarms
        self._clock_ns = clock_ns
        self._director = LightsDirector(lamps.lamps_n)
        self._orders: queue.SimpleQueue[HeatOrder | None] = queue.SimpleQueue()
        self._complain_from_ns = clock_ns() + int(FIRST_RELATION_S * _NS_PER_S)
        self._fault: str | None = None
        self._thread = threading.Thread(target=self._run, name="lights", daemon=True)

    def start(self) -> None:
        """Begin to run the lamps."""
        self._thread.start()

    def take(self, order: HeatOrder) -> None:
        """Hear an order; returns at once."""
        self._orders.put(order)

    def close(self) -> None:
        """Put everything out and end."""
        self._orders.put(None)
        self._thread.join(CLOSE_PATIENCE_S)

    def _run(self) -> None:
        try:
            self._follow_orders()
        finally:
            # Also where this thread breaks down: reds that stay lit would hold up a race for ever.
            self._lamps.close()

    def _follow_orders(self) -> None:
        wait_s = 0.0
        while True:
            try:
                order = self._orders.get(timeout=wait_s)
            except queue.Empty:
                pass
            else:
                if order is None:
                    return
                self._director.take(order)
            wait_s = self._step()

    def _step(self) -> float:
        """Show what is due; return for how long nothing else is."""
        now_ns, relation = self._clock_ns(), self._relation()
        direction = self._director.advance(now_ns, relation)
        self._switch(direction)
        self._report(now_ns, relation)
        if direction.due_ns is None:
            return _LOOK_S
        return min(_LOOK_S, max(0.0, (direction.due_ns - self._clock_ns()) / _NS_PER_S))

    def _switch(self, direction: Direction) -> None:
        try:
            switched = self._lamps.show(direction.show)
        except Exception as error:  # noqa: BLE001 - a lamp's fault must not end the timing
            self._fault = f"The start lights can't be switched ({error}); start by hand."
            return
        self._fault = None
        if direction.go is not None:
            self._journal(direction.go, switched)

    def _journal(self, go: Go, switched: Switched) -> None:
        self._writer.submit(
            partial(
                GoRecord,
                boot_id=self._boot_id,
                mono_ns=switched.mono_ns,
                wall_utc=datetime.now(UTC),
                heat_id=go.heat_id,
                go_race_ns=go.go_race_ns,
                planned_mono_ns=go.planned_mono_ns,
                clock_bound_ns=go.clock_bound_ns,
                bound_ns=switched.bound_ns,
            )
        )
        late_us = None if go.planned_mono_ns is None else switched.mono_ns - go.planned_mono_ns
        _log.info("lights_out", heat_id=go.heat_id, late_us=late_us and late_us // 1000)

    def _report(self, now_ns: int, relation: Relation | None) -> None:
        if self._fault is not None:
            self._alarms.set_alarm(ALARM, self._fault)
        elif is_tight(relation, now_ns):
            self._alarms.clear_alarm(ALARM)
        elif now_ns >= self._complain_from_ns:
            self._alarms.set_alarm(
                ALARM,
                "This node's clock isn't related to the race clock within 20 ms: its lamps follow "
                "the server's word, late by as much as the network is.",
            )
