"""Another model from the car's own page: loaded as race control's are, while the car stands."""

from collections.abc import Callable
from pathlib import Path
from typing import Protocol

from car_agent.console.talk import RefusalCode
from car_agent.console.wheels.seat import TAKEN, Seat
from car_agent.fleet.offered import OfferedModels


class Loader(Protocol):
    """Who loads models (``car_agent.fleet.link.FleetLink``)."""

    @property
    def is_ordered(self) -> bool:
        """Whether race control says which model is loaded."""
        ...

    @property
    def is_loading(self) -> bool:
        """Whether a model is on its way to the drive loop."""
        ...

    @property
    def loaded_path(self) -> Path | None:
        """The file of the model that drives; None for none."""
        ...

    @property
    def asked_name(self) -> str:
        """The file that is being loaded for a person; empty for none."""
        ...

    @property
    def asked_trouble(self) -> str:
        """Why the last one that a person asked for wasn't loaded; empty where it was."""
        ...

    def ask(self, path: Path) -> None:
        """Load that file as soon as the car stands."""
        ...


class ModelChoice:
    """What may be loaded, and loads it."""

    def __init__(
        self, offered: OfferedModels, loader: Loader, seat: Seat, has_model: Callable[[], bool]
    ) -> None:
        self._offered = offered
        self.loader = loader
        self._seat = seat
        self._has_model = has_model

    def load(self, key: str) -> RefusalCode | None:
        """Have a model loaded; return why not. It takes seconds: the word tells how it goes."""
        user = self._seat.user()
        path = self._offered.find(key)
        found: list[tuple[bool, RefusalCode]] = [
            (self._seat.is_own_heat(), "car_race_control_drives"),
            (self.loader.is_ordered, "car_race_control_loads"),
            (self.loader.is_loading, "car_model_loading"),
            (path is None, "car_no_such_model"),
        ]
        refusal = next((code for holds, code in found if holds), None)
        if refusal is not None or path is None:
            return refusal
        if user is not None:
            return TAKEN[user]
        self.loader.ask(path)
        return None

    def why_not_drive(self) -> RefusalCode | None:
        """Say what keeps the model from being started."""
        if self.loader.is_loading:
            return "car_model_loading"
        return None if self._has_model() else "car_no_model"

    def loaded_key(self) -> str | None:
        """Return the key of the model that is loaded."""
        path = self.loader.loaded_path
        return None if path is None else self._offered.key_of(path)
