"""The agent's parts behind a console, over a guard: race control's word is the test's."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast

from car_agent.console.talk import RefusalCode
from car_agent.console.wheels.bench import CalibrationPlace, ConsoleBench
from car_agent.console.wheels.choosing import ModelChoice
from car_agent.console.wheels.hand import HandOnWheels
from car_agent.console.wheels.off_heat import OffHeatGuard
from car_agent.console.wheels.seat import Seat
from car_agent.console.wheels.solo import SoloDrive
from car_agent.console.wheels.wishes import Wishes
from car_agent.fleet.offered import OfferedModels
from car_agent.link.orders import OrderBook, Permission
from hardware.guard.handle import DriveGuard


class RaceControl:
    """Says whether a heat of the car is under way."""

    refusal = None

    def __init__(self) -> None:
        self.is_own_heat = False
        self.models: list[str] = []

    def permission(self, now_ns: int) -> Permission:
        """Let nobody drive."""
        return Permission(False, "the test", is_own_heat=self.is_own_heat)

    def note_model(self, model_sha256: str) -> None:
        """Keep it."""
        self.models.append(model_sha256)


@dataclass
class Yard:
    """Loads nothing, and keeps what it was asked for."""

    is_ordered: bool = False
    is_loading: bool = False
    loaded_path: Path | None = None
    asked_name: str = ""
    asked_trouble: str = ""
    asked: list[Path] = field(default_factory=list)

    def ask(self, path: Path) -> None:
        """Keep it."""
        self.asked.append(path)


class Desk:
    """Everything that a console reaches in the agent."""

    def __init__(
        self, guard: DriveGuard, path: Path, clock: Callable[[], int] = time.monotonic_ns
    ) -> None:
        self.control = RaceControl()
        self.why_not: RefusalCode | None = None
        self.kept: list[Path] = []

        def is_own_heat() -> bool:
            return self.control.is_own_heat

        self.seat = Seat(is_own_heat, lambda: guard.status().e_stop is not None, clock)
        off_heat = OffHeatGuard(guard, is_own_heat)
        self.hand = HandOnWheels(guard, self.seat, 1.0, clock)
        book = cast("OrderBook", self.control)
        self.solo = SoloDrive(book, off_heat, self.seat, lambda: self.why_not, clock)
        self.yard = Yard()
        offered = OfferedModels(None, path.with_name("models"), path.with_name("sent"))
        self.choice = ModelChoice(offered, self.yard, self.seat, lambda: True)
        place = CalibrationPlace(path, True, self.kept.append)
        self.bench = ConsoleBench(off_heat, self.seat, place, clock)
        self.wishes = Wishes(self.hand, self.solo, self.bench, self.choice)
