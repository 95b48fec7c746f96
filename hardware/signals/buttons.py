"""The node's buttons: raw edges in, journaled presses out."""

import queue
import threading
import time
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import partial
from typing import Any

import structlog

from hardware.gates.edges import Edge
from hardware.gates.pins import SensorWiring
from hardware.gates.profiles import TRIP_SWITCH
from hardware.node.writer import JournalWriter
from hardware.signals.debounce import Change, Debouncer
from hardware.signals.settings import JUDGE_CALLS, ButtonSettings
from timing_server.contract.machines.devices import HeatOrder
from timing_server.contract.machines.journal import ButtonRecord, JudgeRecord

_log = structlog.get_logger()

#: No gate's name has a colon, so no gate is ever taken for a button.
PREFIX = "button:"
_NS_PER_MS = 1_000_000
_NS_PER_S = 1_000_000_000

Clock = Callable[[], int]


def button_wirings(buttons: Sequence[ButtonSettings]) -> tuple[SensorWiring, ...]:
    """Return the buttons as pins to listen to: contacts to ground, pulled up.

    One that is closed at rest is pulled up as well: pressed, or its cable torn, it goes high.
    """
    return tuple(
        SensorWiring(
            f"{PREFIX}{each.button}",
            "contact",
            each.pin,
            replace(TRIP_SWITCH, broken_pin_level=1) if each.is_inverted else TRIP_SWITCH,
        )
        for each in buttons
    )


@dataclass(frozen=True, slots=True)
class _Found:
    """Which contacts were closed at an instant, of all that there are."""

    held: frozenset[str]
    mono_ns: int


class ButtonDesk:
    """Journals presses, and releases of emergency stops; ``take`` may be called by any thread."""

    def __init__(
        self,
        buttons: Sequence[ButtonSettings],
        writer: JournalWriter,
        boot_id: str,
        clock_ns: Clock = time.monotonic_ns,
    ) -> None:
        self._settings = {f"{PREFIX}{each.button}": each for each in buttons}
        self._contacts = {name: Debouncer() for name in self._settings}
        self._writer = writer
        self._boot_id = boot_id
        self._clock_ns = clock_ns
        self._queue: queue.SimpleQueue[Edge | HeatOrder | _Found | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._run, name="buttons", daemon=True)

    def start(self) -> None:
        """Begin to take edges."""
        self._thread.start()

    def take(self, edge: Edge) -> None:
        """Hear an edge; returns at once."""
        self._queue.put(edge)

    def note_held(self, names: Collection[str]) -> None:
        """Hear which contacts are closed, and so that the others are open, as listening begins."""
        self._queue.put(_Found(frozenset(names), self._clock_ns()))

    def take_heat(self, order: HeatOrder) -> None:
        """Hear what the heat wants: cars may not drive while an emergency stop is held."""
        self._queue.put(order)

    def close(self) -> None:
        """Journal what is waiting and end."""
        self._queue.put(None)
        self._thread.join()

    def _run(self) -> None:
        while True:
            try:
                news = self._queue.get(timeout=self._wait_s())
            except queue.Empty:
                self._advance()
                continue
            if news is None:
                return
            if isinstance(news, Edge):
                self._tell(news.gate, self._contacts[news.gate].feed(news))
            elif isinstance(news, HeatOrder):
                self._stop_again(news)
            else:
                self._take_found(news)

    def _take_found(self, found: _Found) -> None:
        """Tell of stops alone: of another contact that is held nobody knows when it began.

        One that is let go is told too: it may have been held when the node was killed.
        """
        for name, contact in self._contacts.items():
            changes = contact.hold(found.mono_ns) if name in found.held else ()
            if not contact.is_pressed:
                changes = (Change(is_pressed=False, mono_ns=found.mono_ns),)
            if self._settings[name].role == "e_stop":
                self._tell(name, changes)

    def _wait_s(self) -> float | None:
        due = [each.due_ns for each in self._contacts.values() if each.due_ns is not None]
        return max(0.0, (min(due) - self._clock_ns()) / _NS_PER_S) if due else None

    def _advance(self) -> None:
        for name, contact in self._contacts.items():
            self._tell(name, contact.advance(self._clock_ns()))

    def _stop_again(self, order: HeatOrder) -> None:
        """Stop a heat that was let off though a stop is held: it was pressed before the event."""
        if not (order.lights is not None or any(run.is_go for run in order.runs)):
            return
        for name, contact in self._contacts.items():
            if contact.is_pressed and self._settings[name].role == "e_stop":
                self._tell(name, (Change(is_pressed=True, mono_ns=self._clock_ns()),))

    def _tell(self, name: str, changes: Sequence[Change]) -> None:
        button = self._settings[name]
        for change in changes:
            if change.is_pressed or button.role == "e_stop":
                self._journal(button, change)

    def _journal(self, button: ButtonSettings, change: Change) -> None:
        stamp = {
            "boot_id": self._boot_id,
            "mono_ns": change.mono_ns,
            "wall_utc": datetime.now(UTC),
            "button": button.button,
        }
        self._writer.submit(partial(_record, button, change, stamp))
        _log.info("button", button=button.button, role=button.role, is_pressed=change.is_pressed)


def _record(
    button: ButtonSettings, change: Change, stamp: Mapping[str, Any], *, seq: int
) -> ButtonRecord | JudgeRecord:
    if button.role == "judge_off_track" or button.role == "judge_reset":  # noqa: PLR1714
        return JudgeRecord(seq=seq, **stamp, call=JUDGE_CALLS[button.role], lane=button.lane)
    return ButtonRecord(
        seq=seq,
        **stamp,
        role=button.role,
        is_pressed=change.is_pressed,
        gate=button.gate if button.role == "manual_gate" else None,
        bound_ns=button.bound_ms * _NS_PER_MS,
    )
