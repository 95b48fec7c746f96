"""gpiozero's lgpio pin with the kernel's own integer time stamp; imported only where lgpio is used.

Resolution: 1 ns, the kernel's. lgpio hands ``(chip, gpio, level, tick)`` to its callback, ``tick``
in integer nanoseconds, which gpiozero's pin turns into a float of seconds; this one doesn't.
"""

from typing import Any

import lgpio
from gpiozero import PinInvalidPin
from gpiozero.pins import PinInfo
from gpiozero.pins.lgpio import LGPIOFactory, LGPIOPin

LgpioError = lgpio.error


class KernelStampPin(LGPIOPin):  # type: ignore[misc]  # gpiozero has no types
    """An lgpio pin whose ``when_changed`` gets integer nanoseconds of CLOCK_MONOTONIC."""

    def _call_when_changed(self, _chip: int, _gpio: int, level: int, tick_ns: int) -> None:
        if level not in (0, 1):
            return  # 2 is lgpio's watchdog, not an edge
        # LGPIOPin's own method would divide by 1e9; its parent passes on what it is given.
        super(LGPIOPin, self)._call_when_changed(int(tick_ns), level)


class KernelStampFactory(LGPIOFactory):  # type: ignore[misc]  # gpiozero has no types
    """gpiozero's lgpio factory, making pins that keep the kernel's integer."""

    def __init__(self, chip: int | None = None) -> None:
        super().__init__(chip)
        self.pin_class = KernelStampPin


class ChipFactory(KernelStampFactory):
    """The lines of ``/dev/gpiochipN`` on any Linux board; a pin's number is its line's.

    gpiozero asks the board which pins it has, and knows Raspberry Pis only; a chip says itself
    how many lines it has.
    """

    def __init__(self, chip: int) -> None:
        super().__init__(chip)
        _status, self._lines, _name, _label = lgpio.gpio_get_chip_info(self._handle)

    def pin(self, name: int) -> Any:
        """Return the pin of line ``name``. Raises PinInvalidPin where the chip has no such line."""
        if not 0 <= name < self._lines:
            raise PinInvalidPin(
                f"/dev/gpiochip{self.chip} has the lines 0 to {self._lines - 1} only"
            )
        info = PinInfo(
            number=name,
            name=f"GPIO{name}",
            names=frozenset({name, f"GPIO{name}"}),
            pull="",
            row=1,
            col=name + 1,
            interfaces=frozenset({"gpio"}),
        )
        if info not in self.pins:
            self.pins[info] = self.pin_class(self, info)
        return self.pins[info]
