"""Races of two between the server's words and those of the process that drives them."""

from collections.abc import Iterable, Iterator

from car_agent.worker.limited.duel.orders import DuelCar, DuelOrder, HostOrder
from car_agent.worker.limited.orders import DuelEnded, DuelSideTold, TraceTold
from car_agent.worker.limited.orders import DuelSoFar as DuelSoFarTold
from car_agent.worker.limited.trial import memory_bytes
from car_agent.worker.link import ServerLink
from car_agent.worker.record import CAR_ID, RecordedRun
from timing_server.contract.machines.duels import (
    DuelPosted,
    DuelRecorded,
    DuelSidePosted,
    DuelSoFar,
)
from timing_server.contract.machines.workers import VirtualJob

#: The cars on both places of the grid, as the server calls them.
CAR_IDS = {1: CAR_ID, 2: f"{CAR_ID}-2"}


def duel_of(job: VirtualJob, link: ServerLink) -> tuple[DuelOrder, bytes]:
    """Return a claimed race's order and its models, fetched. Raises what the link raises."""
    models = [link.model(each.model_sha256) for each in job.grid]
    cpu_s = DuelOrder.cpu_limit_s(job.rules)
    cars = tuple(
        DuelCar(
            place=each.place,
            host=HostOrder(
                model_sha256=each.model_sha256,
                model_bytes=len(model),
                memory_bytes=memory_bytes(len(model)),
                cpu_s=cpu_s,
            ),
        )
        for each, model in zip(job.grid, models, strict=True)
    )
    order = DuelOrder(
        cars=cars,
        track_sha256=job.track.sha256,
        design=job.track.name,
        document=link.track(job.track.sha256) if job.track.is_file else None,
        seed=job.seed,
        rules=job.rules,
        cpu_s=cpu_s,
        is_traced=True,
        is_played=job.is_played,
    )
    return order, b"".join(models)


def posted(ended: DuelEnded) -> DuelPosted:
    """Return a race as it is handed in."""
    return DuelPosted(sides=_sides(ended.sides), anew_ns=ended.anew_ns, simulator=ended.simulator)


def so_far_of(told: DuelSoFarTold) -> DuelSoFar:
    """Return what a race did by now, as it is told to the server."""
    return DuelSoFar(sides=_sides(told.sides), anew_ns=told.anew_ns)


def _sides(sides: Iterable[DuelSideTold]) -> tuple[DuelSidePosted, ...]:
    return tuple(
        DuelSidePosted(place=each.place, run=each.run, out=each.out, sentence=each.sentence)
        for each in sides
    )


def runs_of(
    job: VirtualJob, made: DuelRecorded, ended: DuelEnded
) -> Iterator[tuple[RecordedRun, TraceTold | None]]:
    """Yield the runs that came of a race, each with its trace."""
    traces = {each.place: each.trace for each in ended.sides}
    models = {each.place: each.model_sha256 for each in job.grid}
    for each in made.sides:
        # What is on record of one that began anew counts from that beginning on.
        race_offset_ns = each.run.race_offset_ns + ended.anew_ns
        told = each.run.model_copy(update={"race_offset_ns": race_offset_ns})
        run = RecordedRun(job.event_id, each.boot_id, models[each.place], told, CAR_IDS[each.place])
        yield run, traces[each.place]
