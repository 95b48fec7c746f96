"""The start lights' pins, through gpiozero's output devices."""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from typing import Any

from gpiozero import LED, Buzzer

from hardware.gates.errors import PinError
from hardware.signals.sequence import DARK, Show
from hardware.signals.settings import StartLightsSettings

Clock = Callable[[], int]


@dataclass(frozen=True, slots=True)
class Switched:
    """The lamps were switched between these two instants of CLOCK_MONOTONIC."""

    before_ns: int
    after_ns: int

    @property
    def mono_ns(self) -> int:
        """Return the instant that is taken for it."""
        return (self.before_ns + self.after_ns) // 2

    @property
    def bound_ns(self) -> int:
        """Return by how much it may be off."""
        return (self.after_ns - self.before_ns + 1) // 2


class StartLamps:
    """Red lamps, and a green one and a buzzer where there are any. Used by one thread."""

    def __init__(
        self, factory: Any, settings: StartLightsSettings, clock_ns: Clock = time.monotonic_ns
    ) -> None:
        """Open the pins, all dark. Raises PinError with one sentence; then none stays open."""
        self._clock_ns = clock_ns
        self._stack = ExitStack()
        self._names = tuple(settings.pins())
        is_high = not settings.is_active_low
        with ExitStack() as opened:
            self._reds = [
                opened.enter_context(_opened(LED, factory, pin, is_high)) for pin in settings.lamps
            ]
            self._green = None
            self._buzzer = None
            if settings.green is not None:
                self._green = opened.enter_context(_opened(LED, factory, settings.green, is_high))
            if settings.buzzer is not None:
                self._buzzer = opened.enter_context(
                    _opened(Buzzer, factory, settings.buzzer, is_high)
                )
            self._stack = opened.pop_all()

    @property
    def lamps_n(self) -> int:
        """Return how many red lamps there are."""
        return len(self._reds)

    def show(self, show: Show) -> Switched:
        """Switch what differs, the reds first; return between which instants they were switched."""
        before_ns = self._clock_ns()
        for at, lamp in enumerate(self._reds):
            _switch(lamp, is_on=at < show.reds)
        after_ns = self._clock_ns()
        _switch(self._green, is_on=show.is_green)
        _switch(self._buzzer, is_on=show.is_sounding)
        return Switched(before_ns, after_ns)

    @contextmanager
    def switched_on(self, name: str) -> Iterator[None]:
        """Switch one of them on for a while, by its name in the settings' ``pins``."""
        extra = [each for each in (self._green, self._buzzer) if each is not None]
        devices = [*self._reds, *extra]
        device = devices[self._names.index(name)]
        _switch(device, is_on=True)
        try:
            yield
        finally:
            _switch(device, is_on=False)

    def close(self) -> None:
        """Put everything out and give the pins back."""
        with suppress(Exception):  # a header that is gone can't be put out
            self.show(DARK)
        self._stack.close()


def _opened(kind: Any, factory: Any, pin: int, is_high: bool) -> Any:
    try:
        return kind(pin, active_high=is_high, initial_value=False, pin_factory=factory)
    except Exception as error:  # lgpio's own error has no parent but Exception
        raise PinError(f"Pin {pin} of the start lights can't be opened: {error}.") from error


def _switch(device: Any, *, is_on: bool) -> None:
    if device is not None and bool(device.value) != is_on:
        device.value = is_on
