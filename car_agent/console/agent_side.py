"""The console's parts in the agent's process, put together."""

import time
from collections.abc import Callable
from contextlib import ExitStack

from car_agent.console.talk import RefusalCode
from car_agent.console.telling import CarParts, View, open_console_door
from car_agent.console.wheels.bench import CalibrationPlace, ConsoleBench
from car_agent.console.wheels.choosing import Loader, ModelChoice
from car_agent.console.wheels.hand import HandOnWheels
from car_agent.console.wheels.off_heat import OffHeatGuard
from car_agent.console.wheels.seat import Seat
from car_agent.console.wheels.solo import SoloDrive
from car_agent.console.wheels.wishes import Wishes
from car_agent.fleet.offered import offered_by
from car_agent.guarding import actuators_name
from car_agent.link.orders import OrderBook
from car_agent.settings import CarSettings
from hardware.actuators.pulses import calibration_of
from hardware.actuators.registry import holds_last_pulse
from hardware.guard.client import GuardClient


class AgentSide:
    """``hand`` is the guard as the drive loop sees it, ``solo`` who lets it drive."""

    def __init__(self, settings: CarSettings, guard: GuardClient, book: OrderBook) -> None:
        """Join the parts; ``choose_from`` adds the models, ``open`` lets consoles in."""
        self._settings = settings
        self._guard = guard
        self._choice: ModelChoice | None = None

        def is_own_heat() -> bool:
            return book.permission(time.monotonic_ns()).is_own_heat

        def is_e_stopped() -> bool:
            return guard.status().e_stop is not None

        self.seat = Seat(is_own_heat, is_e_stopped)
        off_heat = OffHeatGuard(guard, is_own_heat)
        self.hand = HandOnWheels(
            guard, self.seat, settings.throttle_scale, release_own=book.release_own
        )
        self.solo = SoloDrive(book, off_heat, self.seat, self._why_not_drive)
        self.has_pulses = holds_last_pulse(actuators_name(settings))
        place = CalibrationPlace(settings.calibration_path, self.has_pulses, guard.keep_calibration)
        self.bench = ConsoleBench(off_heat, self.seat, place)

    def choose_from(self, loader: Loader, has_model: Callable[[], bool]) -> ModelChoice:
        """Return what loads the models that lie on this car."""
        self._choice = ModelChoice(offered_by(self._settings), loader, self.seat, has_model)
        return self._choice

    def open(self, parts: CarParts, view: View, closing: ExitStack) -> None:
        """Let consoles in; ``closing`` shows them out.

        Raises CalibrationError where the car's calibration can't be read.
        """
        if self.has_pulses:
            # A guard that outlives its agents may still hold what a calibration tried out.
            path = self._settings.calibration_path
            self._guard.calibrate(calibration_of(path if path.exists() else None).to_json())
        wishes = Wishes(self.hand, self.solo, self.bench, parts.choice)
        closing.callback(self.bench.close)
        door = open_console_door(self._settings.console_socket, wishes, parts, view)
        closing.callback(door.close)

    def _why_not_drive(self) -> RefusalCode | None:
        return "car_no_model" if self._choice is None else self._choice.why_not_drive()
