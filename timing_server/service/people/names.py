"""The registry's commands: what people call drivers and cars, outside the log."""

from concurrent.futures import Future
from dataclasses import asdict, replace

from timing_server.service.errors import TakenError, UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.ports import Car, Driver


class Names:
    """Signs drivers and cars up and renames them; each answer is the row, after the commit."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def add_driver(self, caller: Caller, driver: Driver) -> "Future[Outcome]":
        """Sign a driver up."""

        def work(draft: Draft) -> Outcome:
            draft.put_driver(driver)
            return asdict(driver)

        return self._office.once(caller, work)

    def change_driver(
        self, caller: Caller, driver_id: str, name: str | None, colour: str | None
    ) -> "Future[Outcome]":
        """Rename or recolour a driver; None leaves it as it is."""

        def work(draft: Draft) -> Outcome:
            driver = draft.known.registry.drivers.get(driver_id)
            if driver is None:
                raise UnknownIdError("driver", driver_id)
            changed = replace(driver, name=name or driver.name, colour=colour or driver.colour)
            draft.put_driver(changed)
            return asdict(changed)

        return self._office.once(caller, work)

    def add_car(self, caller: Caller, car: Car) -> "Future[Outcome]":
        """Sign a car up under an id of its own. The future raises TakenError where it is taken."""

        def work(draft: Draft) -> Outcome:
            if car.car_id in draft.known.registry.cars:
                raise TakenError("car", car.car_id)
            draft.put_car(car)
            return asdict(car)

        return self._office.once(caller, work)

    def change_car(
        self, caller: Caller, car_id: str, name: str | None, colour: str | None
    ) -> "Future[Outcome]":
        """Rename or recolour a car; None leaves it as it is."""

        def work(draft: Draft) -> Outcome:
            car = draft.known.registry.cars.get(car_id)
            if car is None:
                raise UnknownIdError("car", car_id)
            changed = replace(car, name=name or car.name, colour=colour or car.colour)
            draft.put_car(changed)
            return asdict(changed)

        return self._office.once(caller, work)
