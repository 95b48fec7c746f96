"""Routes for laps: struck, restored, split in two, credited."""

from typing import Annotated

from fastapi import Body

from timing_server.contract.race.rulings import (
    HAND_BOUND_US,
    CreditRequest,
    RulingOutcome,
    RulingRequest,
    SplitRequest,
)
from timing_server.rules.commands.rulings import CreditLap, RestoreLap, SplitLap, VoidLap
from timing_server.rules.units import NS_PER_US, EntryId, HeatId, PassRef
from timing_server.web.asking import IdInPath
from timing_server.web.marshal.bench import AnyBench, marshals_router

router = marshals_router()


@router.post(
    "/events/{event_id}/laps/{pass_ref}/void",
    summary="Strike the lap that a pass closed",
    response_model=RulingOutcome,
)
async def void_lap(
    pass_ref: IdInPath,
    bench: AnyBench,
    body: Annotated[RulingRequest, Body()] = RulingRequest(),  # noqa: B008 - frozen
) -> object:
    """The lap doesn't count; its passes stand, so its neighbours do too."""
    return await bench.rule(VoidLap(bench.ruling_id, PassRef(pass_ref), body.reason))


@router.post(
    "/events/{event_id}/laps/{pass_ref}/restore",
    summary="Let a lap count after all",
    response_model=RulingOutcome,
)
async def restore_lap(
    pass_ref: IdInPath,
    bench: AnyBench,
    body: Annotated[RulingRequest, Body()] = RulingRequest(),  # noqa: B008 - frozen
) -> object:
    """Takes back the ruling that struck it, or overrules the limit on incidents or the pause."""
    return await bench.rule(RestoreLap(bench.ruling_id, PassRef(pass_ref), body.reason))


@router.post(
    "/events/{event_id}/laps/{pass_ref}/split",
    summary="Make two laps of one",
    response_model=RulingOutcome,
)
async def split_lap(pass_ref: IdInPath, body: SplitRequest, bench: AnyBench) -> object:
    """A crossing was missed: the lap's first part lasted `first_us`, the rest is the next lap."""
    command = SplitLap(
        bench.ruling_id,
        PassRef(pass_ref),
        body.first_us * NS_PER_US,
        HAND_BOUND_US * NS_PER_US,
        body.reason,
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/credits",
    summary="Credit a lap that the passes can't show",
    response_model=RulingOutcome,
)
async def credit_lap(heat_id: IdInPath, body: CreditRequest, bench: AnyBench) -> object:
    """Measured otherwise, to within `bound_us`: from a video, or by hand."""
    command = CreditLap(
        bench.ruling_id,
        HeatId(heat_id),
        EntryId(body.entry_id),
        body.duration_us * NS_PER_US,
        body.bound_us * NS_PER_US,
        body.reason,
    )
    return await bench.rule(command)
