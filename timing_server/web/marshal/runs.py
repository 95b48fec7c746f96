"""Routes for runs and entries: incidents, penalties, how a run ended, its clock."""

from typing import Annotated

from fastapi import Body

from timing_server.contract.race.rulings import (
    ExtendRequest,
    FalseStartRequest,
    OffTrackRequest,
    PenaltyRequest,
    ResetRequest,
    RestartRequest,
    RulingOutcome,
    RulingRequest,
    RunStatusRequest,
)
from timing_server.rules.commands.rulings import (
    DisqualifyEntry,
    ExtendWindow,
    GivePenalty,
    MarkOffTrack,
    MarkReset,
    RestartRun,
    RuleFalseStart,
    RuleRun,
)
from timing_server.rules.units import NS_PER_US, EntryId, HeatId, PassRef
from timing_server.web.asking import IdInPath
from timing_server.web.marshal.bench import AnyBench, marshals_router, maybe_ns

router = marshals_router()


@router.post(
    "/events/{event_id}/heats/{heat_id}/off-tracks",
    summary="Mark that a car left the track",
    response_model=RulingOutcome,
)
async def mark_off_track(heat_id: IdInPath, body: OffTrackRequest, bench: AnyBench) -> object:
    """All wheels off the road; the lap that it happens in carries the mark and its penalty."""
    command = MarkOffTrack(
        bench.ruling_id, HeatId(heat_id), EntryId(body.entry_id), maybe_ns(body.left_us)
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/resets",
    summary="Mark that a car was put back by hand",
    response_model=RulingOutcome,
)
async def mark_reset(heat_id: IdInPath, body: ResetRequest, bench: AnyBench) -> object:
    """The lap that it happens in carries the mark and its penalty."""
    command = MarkReset(
        bench.ruling_id, HeatId(heat_id), EntryId(body.entry_id), maybe_ns(body.reset_us)
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/penalties",
    summary="Give a time penalty",
    response_model=RulingOutcome,
)
async def give_penalty(heat_id: IdInPath, body: PenaltyRequest, bench: AnyBench) -> object:
    """On the lap that `pass_ref` closed, or without one on the run's result."""
    command = GivePenalty(
        bench.ruling_id,
        HeatId(heat_id),
        EntryId(body.entry_id),
        body.penalty_us * NS_PER_US,
        None if body.pass_ref is None else PassRef(body.pass_ref),
        body.reason,
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/false-starts",
    summary="Punish or dismiss a false start",
    response_model=RulingOutcome,
)
async def rule_false_start(heat_id: IdInPath, body: FalseStartRequest, bench: AnyBench) -> object:
    """A pass with the lights on is only a candidate until then. `penalty_us` 0 dismisses it."""
    command = RuleFalseStart(
        bench.ruling_id,
        HeatId(heat_id),
        EntryId(body.entry_id),
        PassRef(body.pass_ref),
        body.penalty_us * NS_PER_US,
        body.reason,
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/runs/{entry_id}/status",
    summary="Say how a run ended",
    response_model=RulingOutcome,
)
async def rule_run(
    heat_id: IdInPath, entry_id: IdInPath, body: RunStatusRequest, bench: AnyBench
) -> object:
    """`dnf`: its laps stand; `dns`: it never began; `dsq`: nothing of it counts."""
    command = RuleRun(bench.ruling_id, HeatId(heat_id), EntryId(entry_id), body.status, body.reason)
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/runs/{entry_id}/extend",
    summary="Give a run time back",
    response_model=RulingOutcome,
)
async def extend_window(
    heat_id: IdInPath, entry_id: IdInPath, body: ExtendRequest, bench: AnyBench
) -> object:
    """For a fault that wasn't the driver's; the run's window lasts so much longer."""
    command = ExtendWindow(
        bench.ruling_id,
        HeatId(heat_id),
        EntryId(entry_id),
        body.extra_us * NS_PER_US,
        body.reason,
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/heats/{heat_id}/runs/{entry_id}/restart",
    summary="Let a run begin anew",
    response_model=RulingOutcome,
)
async def restart_run(
    heat_id: IdInPath,
    entry_id: IdInPath,
    bench: AnyBench,
    body: Annotated[RestartRequest, Body()] = RestartRequest(),  # noqa: B008 - frozen
) -> object:
    """After a fault of the hardware: its passes until then don't count, its window opens anew."""
    command = RestartRun(
        bench.ruling_id,
        HeatId(heat_id),
        EntryId(entry_id),
        maybe_ns(body.restarted_us),
        body.reason,
    )
    return await bench.rule(command)


@router.post(
    "/events/{event_id}/entries/{entry_id}/disqualify",
    summary="Disqualify an entry",
    response_model=RulingOutcome,
)
async def disqualify_entry(
    entry_id: IdInPath,
    bench: AnyBench,
    body: Annotated[RulingRequest, Body()] = RulingRequest(),  # noqa: B008 - frozen
) -> object:
    """Nothing that it drove counts anywhere in the event, and it takes no further part."""
    return await bench.rule(DisqualifyEntry(bench.ruling_id, EntryId(entry_id), body.reason))
