"""``paddock evaluate --against``: two models race, told in words or JSON."""

import typer

from car_agent.models.load import LoadedModel
from car_agent.simulation.duel.outcome import DuelRun, in_order, winner
from car_agent.simulation.duel.race import Contender, race
from car_agent.simulation.evaluation import Setting, decider
from car_agent.simulation.identity import versions
from car_agent.simulation.league import NS_PER_US, LeagueRules, in_words
from hardware.virtual.tracks.identity import track_sha256
from timing_server.contract.base import Message

_SIDES = {1: "left", 2: "right"}
_OUT = {"resets": "out: too many resets in a lap", "time_up": "out: a lap took too long"}


class DuelSideReport(Message):
    """One model's race; ``total_us`` is from the go to the last lap's end, with penalties."""

    place: int
    model_sha256: str
    laps_completed: int
    lap_us: tuple[int, ...]
    resets: int
    collisions: int
    total_us: int
    out: str | None


class DuelReport(Message):
    """What ``paddock evaluate --against --json`` prints; ``winner``: its place, null for nobody."""

    track: str
    track_sha256: str
    seed: int
    versions: str
    laps: int
    winner: int | None
    sides: tuple[DuelSideReport, ...]


def race_told(
    models: tuple[LoadedModel, LoadedModel],
    setting: Setting,
    rules: LeagueRules,
    seed: int,
    *,
    as_json: bool,
) -> None:
    """Let two models race, the first on the left, and print what came of it.

    Raises what a model raises; it is the whole race's end here, where both are one's own.
    """
    grid = [Contender(place, model.card, decider(model)) for place, model in enumerate(models, 1)]
    runs = race(grid, setting, rules, seed)
    if as_json:
        typer.echo(_report(models, runs, setting, seed).model_dump_json(indent=2))
        return
    for each in in_order(runs):
        out = "" if each.out is None else f"; {_OUT[each.out]}"
        total_s = each.total_ns / 1e9
        typer.echo(f"{_SIDES[each.place]:>5}: {in_words(each.run)}, in total {total_s:.3f} s{out}")
    won = winner(runs)
    sentence = "Nobody wins." if won is None else f"The model on the {_SIDES[won.place]} wins."
    typer.echo(f"On {setting.track.name}: {sentence}")


def _report(
    models: tuple[LoadedModel, LoadedModel], runs: tuple[DuelRun, ...], setting: Setting, seed: int
) -> DuelReport:
    won = winner(runs)
    return DuelReport(
        track=setting.track.name,
        track_sha256=track_sha256(setting.track),
        seed=seed,
        versions=versions(),
        laps=runs[0].run.rules.laps,
        winner=None if won is None else won.place,
        sides=tuple(_side(each, model.sha256) for each, model in zip(runs, models, strict=True)),
    )


def _side(each: DuelRun, model_sha256: str) -> DuelSideReport:
    times_us = tuple(time_ns // NS_PER_US for time_ns in each.run.times_ns)
    return DuelSideReport(
        place=each.place,
        model_sha256=model_sha256,
        laps_completed=len(times_us),
        lap_us=times_us,
        resets=each.run.resets,
        collisions=each.run.collisions,
        total_us=each.total_ns // NS_PER_US,
        out=each.out,
    )
