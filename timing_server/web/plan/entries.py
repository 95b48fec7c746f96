"""Routes for an event's entries: who takes part, in which groups, who is here and who isn't."""

from typing import Annotated

from fastapi import Body, Depends

from timing_server.contract.race.plan import (
    CarDeclaration,
    EntryChange,
    EntryOutcome,
    EntryRequest,
    EntryRow,
    NoShowOutcome,
    NoShowRequest,
    SubstituteRequest,
)
from timing_server.rules.commands.command import Command
from timing_server.rules.commands.plan import (
    AddEntry,
    CheckInEntry,
    CheckOutEntry,
    DeclareCar,
    GroupEntry,
    MarkNoShow,
    ReinstateEntry,
    SubstituteDrivers,
    WithdrawEntry,
)
from timing_server.rules.state.event import EventState
from timing_server.rules.state.plan import Entry
from timing_server.rules.units import DriverId, EntryId, HeatId, RulingId, TeamId
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.live.projection import entry_name
from timing_server.web.asking import AnyOffice, IdInPath
from timing_server.web.auth import PUBLIC, AnyKit, Marshal, Organiser
from timing_server.web.problems import COMMAND_REFUSALS, refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["plan"])


@router.get(
    "/events/{event_id}/entries",
    summary="List entries",
    dependencies=[Depends(PUBLIC)],
    responses=refusals(404),
)
async def list_entries(event_id: IdInPath, kit: AnyKit) -> list[EntryRow]:
    """In the order of entering, withdrawn ones too."""
    state = await kit.state_of(event_id)
    registry = kit.writer.known.registry
    return [_row(each, registry) for each in state.entries.values()]


def _row(entry: Entry, registry: RegistryRows) -> EntryRow:
    team = None if entry.team_id is None else registry.teams.get(entry.team_id)
    return EntryRow(
        entry_id=entry.entry_id,
        number=entry.number,
        name=entry_name(entry, registry.drivers),
        driver_ids=entry.driver_ids,
        is_withdrawn=entry.is_withdrawn,
        is_checked_in=entry.is_checked_in,
        is_disqualified=entry.disqualified_by is not None,
        region=entry.region,
        class_name=entry.class_name,
        team_id=entry.team_id,
        team=None if team is None else team.name,
        model_sha256=entry.model_sha256,
        is_timed_only=entry.is_timed_only,
    )


@router.post(
    "/events/{event_id}/entries",
    summary="Enter a driver or a team",
    status_code=201,
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def add_entry(body: EntryRequest, _who: Organiser, office: AnyOffice) -> object:
    """The drivers must be signed up; without a number the next free one is taken."""
    command = AddEntry(
        EntryId(office.new_id()),
        tuple(DriverId(each) for each in body.driver_ids),
        body.number,
        body.region,
        body.class_name,
        None if body.team_id is None else TeamId(body.team_id),
    )
    return await office.command(command)


@router.patch(
    "/events/{event_id}/entries/{entry_id}",
    summary="Put an entry into other groups",
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def group_entry(
    entry_id: IdInPath, body: EntryChange, _who: Organiser, office: AnyOffice
) -> object:
    """Region, class and team count for the whole event, for what was driven before too."""

    def command(state: EventState) -> Command:
        entry = state.entries.get(EntryId(entry_id))
        if entry is None:
            raise UnknownIdError("entry", entry_id)
        sent = body.model_fields_set
        team_id = None if body.team_id is None else TeamId(body.team_id)
        return GroupEntry(
            entry.entry_id,
            body.region if "region" in sent else entry.region,
            body.class_name if "class_name" in sent else entry.class_name,
            team_id if "team_id" in sent else entry.team_id,
        )

    return await office.command_from(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/check-in",
    summary="Note that an entry is here",
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def check_in(entry_id: IdInPath, _who: Marshal, office: AnyOffice) -> object:
    """Its driver is here, with a car that may race."""
    command = CheckInEntry(EntryId(entry_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/check-out",
    summary="Note that an entry isn't here after all",
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def check_out(entry_id: IdInPath, _who: Marshal, office: AnyOffice) -> object:
    """It stays in its heats: whoever doesn't come to one is a no-show there."""
    command = CheckOutEntry(EntryId(entry_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/timed-only",
    summary="Say whether an entry's car is timed and nothing else",
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def declare_car(
    entry_id: IdInPath, body: CarDeclaration, _who: Marshal, office: AnyOffice
) -> object:
    """A marshal then confirms each of its runs; it is marked on lists, board and results."""
    command = DeclareCar(EntryId(entry_id), body.is_timed_only)
    return await office.command(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/withdraw",
    summary="Take an entry out of what is still to come",
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def withdraw_entry(entry_id: IdInPath, _who: Organiser, office: AnyOffice) -> object:
    """What it has driven stands."""
    command = WithdrawEntry(EntryId(entry_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/reinstate",
    summary="Let a withdrawn entry take part again",
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def reinstate_entry(entry_id: IdInPath, _who: Organiser, office: AnyOffice) -> object:
    """Its heats still to come are called again."""
    command = ReinstateEntry(EntryId(entry_id))
    return await office.command(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/substitute",
    summary="Let other drivers race for an entry",
    response_model=EntryOutcome,
    responses=COMMAND_REFUSALS,
)
async def substitute(
    entry_id: IdInPath, body: SubstituteRequest, _who: Organiser, office: AnyOffice
) -> object:
    """From now on; what was driven until now stands."""
    drivers = tuple(DriverId(each) for each in body.driver_ids)
    command = SubstituteDrivers(EntryId(entry_id), drivers, body.reason)
    return await office.command(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/no-show",
    summary="Rule that an entry didn't come to its heat",
    status_code=201,
    response_model=NoShowOutcome,
    responses=COMMAND_REFUSALS,
)
async def no_show(
    entry_id: IdInPath,
    _who: Marshal,
    office: AnyOffice,
    body: Annotated[NoShowRequest, Body()] = NoShowRequest(),  # noqa: B008 - frozen
) -> object:
    """The heat goes on without it, or is passed over; the ruling can be reversed."""
    heat_id = None if body.heat_id is None else HeatId(body.heat_id)
    command = MarkNoShow(RulingId(office.new_id()), EntryId(entry_id), heat_id, body.reason)
    return await office.command(command)
