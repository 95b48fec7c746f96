"""Routes for passes: entered by hand, struck, restored, given to somebody else."""

from typing import Annotated

from fastapi import Body

from timing_server.contract.race.rulings import (
    HAND_BOUND_US,
    ManualPassRequest,
    ReassignRequest,
    RulingOutcome,
    RulingRequest,
)
from timing_server.rules.commands.rulings import InsertPass, ReassignPass, RestorePass, VoidPass
from timing_server.rules.units import NS_PER_US, EntryId, HeatId, PassRef
from timing_server.web.asking import IdInPath
from timing_server.web.marshal.bench import AnyBench, marshals_router, maybe_ns

router = marshals_router()


@router.post(
    "/events/{event_id}/heats/{heat_id}/passes",
    summary="Enter a pass by hand",
    response_model=RulingOutcome,
)
async def insert_pass(
    heat_id: IdInPath,
    bench: AnyBench,
    body: Annotated[ManualPassRequest, Body()] = ManualPassRequest(),  # noqa: B008 - frozen
) -> object:
    """A marshal saw a crossing that no sensor reported; without an instant it is now."""
    command = InsertPass(
        ruling_id=bench.ruling_id,
        heat_id=HeatId(heat_id),
        crossed_race_ns=maybe_ns(body.crossed_us),
        bound_ns=HAND_BOUND_US * NS_PER_US,
        reason=body.reason,
        entry_id=None if body.entry_id is None else EntryId(body.entry_id),
        is_backup=body.is_backup,
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/passes/{pass_ref}/void",
    summary="Strike a pass",
    response_model=RulingOutcome,
)
async def void_pass(
    pass_ref: IdInPath,
    bench: AnyBench,
    body: Annotated[RulingRequest, Body()] = RulingRequest(),  # noqa: B008 - frozen
) -> object:
    """It was no crossing of a car: the laps on either side of it become one."""
    return await bench.rule(VoidPass(bench.ruling_id, PassRef(pass_ref), body.reason))


@router.post(
    "/events/{event_id}/passes/{pass_ref}/restore",
    summary="Let a pass count after all",
    response_model=RulingOutcome,
)
async def restore_pass(
    pass_ref: IdInPath,
    bench: AnyBench,
    body: Annotated[RulingRequest, Body()] = RulingRequest(),  # noqa: B008 - frozen
) -> object:
    """Takes back the ruling that struck it, or overrules the dead time or the pause."""
    return await bench.rule(RestorePass(bench.ruling_id, PassRef(pass_ref), body.reason))


@router.post(
    "/events/{event_id}/passes/{pass_ref}/reassign",
    summary="Say whose a pass was, and in which heat",
    response_model=RulingOutcome,
)
async def reassign_pass(pass_ref: IdInPath, body: ReassignRequest, bench: AnyBench) -> object:
    """Whatever lane, mark or instant say; also takes a pass out of the tray, or into a heat."""
    command = ReassignPass(
        bench.ruling_id,
        PassRef(pass_ref),
        HeatId(body.heat_id),
        EntryId(body.entry_id),
        body.reason,
    )
    return await bench.rule(command)
