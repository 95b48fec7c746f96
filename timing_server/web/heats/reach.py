"""Who may reach a car on the track: marshals any, a driver and a pit's phone their own run's."""

from typing import Annotated

from fastapi import Depends

from timing_server.rules.orders.driving import newest_equipment
from timing_server.rules.state.event import EventState
from timing_server.rules.units import CarId, EntryId, HeatId
from timing_server.service.entities import Credential
from timing_server.web.auth import Needs, driver_of
from timing_server.web.errors import ForbiddenError

#: A phone that was let in for one run; its scope names heat and entry.
PIT = "pit"
RUN_CONTROL = Needs("driver", PIT)
AnyHand = Annotated[Credential, Depends(RUN_CONTROL)]


def pit_scope(heat_id: str, entry_id: str) -> str:
    """Return what a phone speaks for that was let in for that run."""
    return f"{heat_id}/{entry_id}"


def check_may_reach(state: EventState, who: Credential, heat_id: str, entry_id: str) -> None:
    """Raise ForbiddenError where somebody would reach another's car."""
    if _may_reach(state, who, heat_id, entry_id):
        return
    raise ForbiddenError(f"'{who.principal}' may reach the car of their own run only.")


def check_may_stop(state: EventState, who: Credential, car_id: str) -> None:
    """Raise ForbiddenError where somebody would stop another's car, as no marshal may."""
    heat = state.active_heat
    own = () if heat is None else heat.runs.values()
    for run in own:
        equipment = newest_equipment(run)
        is_on_it = equipment is not None and equipment.car_id == CarId(car_id)
        if heat is not None and is_on_it and _may_reach(state, who, heat.heat_id, run.entry_id):
            return
    if who.role == PIT or driver_of(who) is not None:
        raise ForbiddenError(f"'{who.principal}' may stop the car of their own run only.")


def _may_reach(state: EventState, who: Credential, heat_id: str, entry_id: str) -> bool:
    if who.role == PIT:
        return who.scope == pit_scope(HeatId(heat_id), EntryId(entry_id))
    driver_id = driver_of(who)
    entry = state.entries.get(EntryId(entry_id))
    return driver_id is None or (entry is not None and driver_id in entry.driver_ids)


def hand_of(who: Credential) -> str:
    """Return from where somebody stops a car, as the log names it."""
    return "driver" if who.role == PIT or driver_of(who) is not None else "race_control"
