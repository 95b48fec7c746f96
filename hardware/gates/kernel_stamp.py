"""gpiozero's lgpio pin with the kernel's own integer time stamp; imported only where lgpio is used.

Resolution: 1 ns, the kernel's. lgpio hands ``(chip, gpio, level, tick)`` to its callback, ``tick``
in integer nanoseconds, which gpiozero's pin turns into a float of seconds; this one doesn't.
"""

import lgpio
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

    def __init__(self) -> None:
        super().__init__()
        self.pin_class = KernelStampPin
