"""The registry's commands: what people call drivers, teams and cars, outside the log."""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, replace
from typing import Any

from timing_server.service.entities import Car, Driver, RegistryRows, Team
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.people.cars import sign_up
from timing_server.service.people.forgotten import note_forgotten

#: The role whose credentials speak for one driver.
DRIVER_ROLE = "driver"


class Names:
    """Signs people, teams and cars up and renames them; answers are rows, after the commit."""

    def __init__(self, office: Office) -> None:
        self._office = office

    def add_driver(self, caller: Caller, driver: Driver) -> "Future[Outcome]":
        """Sign a driver up."""

        def work(draft: Draft) -> Outcome:
            draft.put_driver(driver)
            return profile_of(driver, draft.known.registry)

        return self._office.once(caller, work)

    def change_driver(
        self, caller: Caller, driver_id: str, changes: Mapping[str, Any]
    ) -> "Future[Outcome]":
        """Change fields of a driver; the others stay. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            driver = draft.known.registry.drivers.get(driver_id)
            if driver is None:
                raise UnknownIdError("driver", driver_id)
            changed = replace(driver, **changes)
            draft.put_driver(changed)
            return profile_of(changed, draft.known.registry)

        return self._office.once(caller, work)

    def forget_driver(self, caller: Caller, driver_id: str) -> "Future[Outcome]":
        """Remove all that is known of a person but the id, which is what the log goes by.

        No result changes; whoever was signed in as the driver is so no longer. The future raises
        UnknownIdError.
        """

        def work(draft: Draft) -> Outcome:
            registry = draft.known.registry
            has_asked = any(each.driver_id == driver_id for each in registry.registrations.values())
            if driver_id not in registry.drivers and not has_asked:
                raise UnknownIdError("driver", driver_id)
            draft.delete_driver(driver_id)
            note_forgotten(draft.rows, driver_id)
            _shut_out(draft, driver_id)
            return {"driver_id": driver_id}

        return self._office.once(caller, work)

    def add_team(self, caller: Caller, team: Team) -> "Future[Outcome]":
        """Name a team."""

        def work(draft: Draft) -> Outcome:
            draft.put_team(team)
            return asdict(team)

        return self._office.once(caller, work)

    def change_team(
        self, caller: Caller, team_id: str, changes: Mapping[str, Any]
    ) -> "Future[Outcome]":
        """Rename or recolour a team. The future raises UnknownIdError."""

        def work(draft: Draft) -> Outcome:
            team = draft.known.registry.teams.get(team_id)
            if team is None:
                raise UnknownIdError("team", team_id)
            changed = replace(team, **changes)
            draft.put_team(changed)
            return asdict(changed)

        return self._office.once(caller, work)

    def add_car(self, caller: Caller, car: Car) -> "Future[Outcome]":
        """Sign a car up under an id of its own. The future raises TakenError where it is taken."""

        def work(draft: Draft) -> Outcome:
            return asdict(sign_up(draft, car))

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


def profile_of(driver: Driver, registry: RegistryRows) -> dict[str, Any]:
    """Return a driver as the organiser sees one (``DriverProfile``)."""
    return {
        **asdict(driver),
        "shown_name": driver.shown_name,
        "picture_version": registry.picture_versions.get(driver.driver_id),
    }


def team_called(draft: Draft, name: str, team_id: str, colour: str) -> str | None:
    """Return the id of the team of this name, made under ``team_id`` where there is none.

    None for an empty name. Case doesn't tell teams apart.
    """
    if not name:
        return None
    wanted = name.casefold()
    for team in draft.known.registry.teams.values():
        if team.name.casefold() == wanted:
            return team.team_id
    draft.put_team(Team(team_id, name, colour))
    return team_id


def _shut_out(draft: Draft, driver_id: str) -> None:
    """Make the driver's sessions and waiting codes worthless."""
    for credential in list(draft.known.access.credentials.values()):
        if credential.role == DRIVER_ROLE and driver_id in {credential.scope, credential.principal}:
            draft.delete_credential(credential)
    for code in list(draft.known.access.codes.values()):
        if code.role == DRIVER_ROLE and driver_id in {code.scope, code.principal}:
            draft.delete_code(code)
