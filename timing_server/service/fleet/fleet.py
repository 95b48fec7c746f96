"""The cars as race control sees them: how each is, what it shall have loaded, what it was asked.

No facts: kept in memory, and told anew by the cars after a restart. Used in the event loop alone.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from timing_server.contract.machines.fleet import (
    CarCondition,
    CarErrand,
    CarLog,
    CarOrders,
    ErrandKind,
    FleetCar,
    ModelWanted,
    NextRun,
)
from timing_server.rules.state.event import EventState
from timing_server.rules.units import NS_PER_S, NS_PER_US, CarId
from timing_server.service.devices.device_board import CarSeen, DeviceBoard
from timing_server.service.entities import Car, Model, RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.fleet.errors import CarDrivesError, CarSilentError, NoOneRestartsError
from timing_server.service.fleet.wanted import WantedRun, wanted_runs
from timing_server.service.live.remembered import maybe_us
from timing_server.service.models.models import archive_wanted, by_hash
from timing_server.service.ports import NewId

#: A car says every two seconds how it is.
SILENT_NS = 10 * NS_PER_S
#: An errand that no car took by then is forgotten: it mustn't restart one an hour later.
ERRAND_LIFE_NS = 60 * NS_PER_S


@dataclass(frozen=True, slots=True)
class _Asked:
    errand: CarErrand
    at_race_ns: int


@dataclass(frozen=True, slots=True)
class _Known:
    """What one car said, and what it was asked."""

    condition: CarCondition | None = None
    heard_race_ns: int | None = None
    asked: tuple[_Asked, ...] = ()
    log: str = ""
    log_race_ns: int | None = None


@dataclass(slots=True)
class Fleet:
    """Takes conditions and logs, answers with orders, and shows the whole."""

    board: DeviceBoard
    now_race_ns: Callable[[], int]
    new_id: NewId
    is_here: Callable[[str], bool]
    _cars: dict[str, _Known] = field(default_factory=dict)

    def take(
        self,
        car_id: str,
        condition: CarCondition,
        state: EventState | None,
        models: Mapping[str, Model],
    ) -> CarOrders:
        """Note how a car is and return what it shall do."""
        now_ns = self.now_race_ns()
        done = frozenset(condition.done_errand_ids)
        known = self._cars.get(car_id, _Known())
        asked = tuple(each for each in self._standing(known) if each.errand.errand_id not in done)
        self._cars[car_id] = replace(known, condition=condition, heard_race_ns=now_ns, asked=asked)
        runs = wanted_runs(state, CarId(car_id))
        return CarOrders(
            load_sha256=runs[0].model_sha256 if runs else None,
            fetch=self._to_fetch(runs, models),
            errands=tuple(each.errand for each in asked),
        )

    def may_fetch(self, car_id: str, sha256: str, state: EventState | None) -> bool:
        """Whether the car is to drive with that model soon."""
        return any(each.model_sha256 == sha256 for each in wanted_runs(state, CarId(car_id)))

    def ask(self, car_id: str, kind: ErrandKind) -> None:
        """Ask something of a car once.

        Raises CarSilentError, CarDrivesError or NoOneRestartsError.
        """
        known = self._cars.get(car_id, _Known())
        if known.condition is None or not self._is_heard(known):
            message = f"'{car_id}' isn't heard now: nothing can be asked of it."
            raise CarSilentError(message, car_id=car_id)
        if kind == "restart":
            self._check_restart(car_id, known.condition)
        standing = self._standing(known)
        if any(each.errand.kind == kind for each in standing):
            return
        errand = CarErrand(errand_id=self.new_id(), kind=kind)
        asked = (*standing, _Asked(errand, self.now_race_ns()))
        self._cars[car_id] = replace(known, asked=asked)

    def take_log(self, car_id: str, text: str) -> None:
        """Keep the last lines that a car sent."""
        known = self._cars.get(car_id, _Known())
        self._cars[car_id] = replace(known, log=text, log_race_ns=self.now_race_ns())

    def log(self, car_id: str) -> CarLog:
        """Return the lines that a car sent last."""
        known = self._cars.get(car_id, _Known())
        is_asked = any(each.errand.kind == "send_log" for each in self._standing(known))
        return CarLog(text=known.log, at_us=maybe_us(known.log_race_ns), is_asked=is_asked)

    def show(self, registry: RegistryRows, state: EventState | None) -> list[FleetCar]:
        """Return every car that is signed up, by name. Looks at files."""
        models = by_hash(registry)
        cars = sorted(registry.cars.values(), key=lambda each: (each.name.casefold(), each.car_id))
        return [self._show(each, models, state) for each in cars]

    def _show(self, car: Car, models: Mapping[str, Model], state: EventState | None) -> FleetCar:
        known = self._cars.get(car.car_id, _Known())
        seen = self.board.car(car.car_id)
        said = seen.telemetry
        bound_ns = None if said is None else said.clock_bound_ns
        loaded = _loaded(known, seen)
        heard = [each for each in (known.heard_race_ns, seen.heard_race_ns) if each is not None]
        heard_ns = max(heard, default=None)
        return FleetCar(
            car_id=car.car_id,
            name=car.name,
            colour=car.colour,
            heard_us=maybe_us(heard_ns),
            silent_s=None if heard_ns is None else (self.now_race_ns() - heard_ns) // NS_PER_S,
            is_heard=self._is_fresh(heard_ns),
            condition=known.condition,
            battery_frac=None if said is None else said.battery_frac,
            is_driving=said is not None and said.is_driving,
            has_guard=None if said is None else said.has_guard,
            is_stock=said is not None and said.console is not None,
            clock_bound_us=None if bound_ns is None else -(-bound_ns // NS_PER_US),
            loaded_name=_name_of(loaded, models) or _by_console(seen),
            runs=tuple(self._next(each, models) for each in wanted_runs(state, CarId(car.car_id))),
            errands=tuple(each.errand.kind for each in self._standing(known)),
            log_us=maybe_us(known.log_race_ns),
        )

    def _next(self, run: WantedRun, models: Mapping[str, Model]) -> NextRun:
        sha256 = run.model_sha256
        return NextRun(
            heat_id=run.heat.heat_id,
            number=run.heat.number,
            model_sha256=sha256,
            model_name=_name_of(sha256, models),
            is_here=sha256 is None or self.is_here(sha256),
        )

    def _to_fetch(
        self, runs: list[WantedRun], models: Mapping[str, Model]
    ) -> tuple[ModelWanted, ...]:
        wanted = dict.fromkeys(each.model_sha256 for each in runs if each.model_sha256)
        return tuple(
            ModelWanted(
                sha256=sha256,
                size_bytes=models[sha256].size_bytes,
                archive=archive_wanted(models[sha256]),
            )
            for sha256 in wanted
            if sha256 in models
        )

    def _check_restart(self, car_id: str, condition: CarCondition) -> None:
        said = self.board.car(car_id).telemetry
        if said is not None and said.is_driving:
            message = f"'{car_id}' is driving: stop it before it is restarted."
            raise CarDrivesError(message, car_id=car_id)
        if not condition.is_restartable:
            message = f"Nobody would start '{car_id}' again; it runs without its service."
            raise NoOneRestartsError(message, car_id=car_id)

    def _standing(self, known: _Known) -> tuple[_Asked, ...]:
        oldest_ns = self.now_race_ns() - ERRAND_LIFE_NS
        return tuple(each for each in known.asked if each.at_race_ns >= oldest_ns)

    def _is_heard(self, known: _Known) -> bool:
        return self._is_fresh(known.heard_race_ns)

    def _is_fresh(self, heard_race_ns: int | None) -> bool:
        return heard_race_ns is not None and self.now_race_ns() - heard_race_ns <= SILENT_NS


def check_car(registry: RegistryRows, car_id: str) -> None:
    """Raise UnknownIdError for a car that nobody signed up."""
    if car_id not in registry.cars:
        raise UnknownIdError("car", car_id)


def _loaded(known: _Known, seen: CarSeen) -> str | None:
    if seen.telemetry is not None:
        return seen.telemetry.model_sha256
    return None if known.condition is None else known.condition.loaded_sha256


def _by_console(seen: CarSeen) -> str | None:
    """Return what was loaded through a stock car's console, as its folder is called there."""
    said = seen.telemetry
    return None if said is None or said.console is None else said.console.model_name


def _name_of(sha256: str | None, models: Mapping[str, Model]) -> str | None:
    """Return what a model is called here; of a stranger the first letters of its hash."""
    if sha256 is None:
        return None
    model = models.get(sha256)
    return sha256[:12] if model is None else model.name
