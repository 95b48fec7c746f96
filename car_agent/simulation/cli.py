"""``paddock evaluate``: a model's laps on a virtual track."""

import time
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from car_agent.errors import CarError, LogFileError
from car_agent.models.load import load_model
from car_agent.simulation.as_measured import setting_as
from car_agent.simulation.duel.told import race_told
from car_agent.simulation.evaluation import Setting, evaluate, setting_on
from car_agent.simulation.json_lines import lap_line, line
from car_agent.simulation.league import LeagueLap, LeagueRules, LeagueRun, in_words, report
from car_agent.simulation.options import (
    AsMeasured,
    BesidePlain,
    Bots,
    BotsChangeLanes,
    Objects,
    TrustReward,
)
from car_agent.simulation.parameters import lasting_parameters
from car_agent.simulation.simtrace import Reward, SimTraceLog
from car_agent.simulation.stress.card import CardAbout
from car_agent.simulation.stress.told import Manner, card_told
from car_agent.training.rewards.process import RewardProcess, read_reward
from hardware.virtual.measured import read_measured
from hardware.virtual.world.objects.traffic import Plan
from hardware.virtual.world.track import Track
from hardware.virtual.world.track_files import open_track

evaluate_app = typer.Typer(add_completion=False)
NS_PER_S = 1_000_000_000


@evaluate_app.command(
    epilog="Example: paddock evaluate --model lap.onnx --track demo --laps 20 --seed 1 --json"
)
def evaluate_model(
    model: Annotated[Path, typer.Option("--model", help="The .onnx file that drives.")],
    track: Annotated[
        str, typer.Option(help="A track's name ('paddock track list'), or a .track or .npy file.")
    ] = "demo",
    laps: Annotated[int, typer.Option(min=1, max=10_000, help="How many laps to try.")] = 20,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed gives the same laps, to the nanosecond.")
    ] = 1,
    reset_penalty_s: Annotated[
        float, typer.Option(min=0, max=60, help="What each reset adds to its lap.")
    ] = 2.0,
    collision_penalty_s: Annotated[
        float, typer.Option(min=0, max=60, help="What running into something adds to its lap.")
    ] = 5.0,
    max_resets: Annotated[
        int, typer.Option(min=0, max=100, help="A lap with more resets is not completed.")
    ] = 3,
    objects: Objects = 0,
    bots: Bots = 0,
    bots_change_lanes: BotsChangeLanes = False,
    as_measured: AsMeasured = None,
    beside_plain: BesidePlain = False,
    against: Annotated[
        Path | None,
        typer.Option(
            metavar="MODEL",
            help="Another .onnx file: both race each other, this one from the left, that one from "
            "the right.",
        ),
    ] = None,
    stress: Annotated[
        bool,
        typer.Option(
            "--stress",
            help="Drive the laps ten times: plainly, and under nine things that go wrong at "
            "meetups; then a few on other tracks. Says whether the model should go to a car.",
        ),
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(help="A .csv file to write, in the columns of DeepRacer's SimTrace logs."),
    ] = None,
    reward: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A Python file with reward_function(params), whose reward of each step the log "
            "gets; without one its column is 0.",
        ),
    ] = None,
    trust_reward: TrustReward = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
    as_lines: Annotated[
        bool,
        typer.Option(
            "--json-lines",
            help="Print a JSON object a line as soon as it is known: laps, lines of the card, and "
            "the figures at the end.",
        ),
    ] = False,
) -> None:
    """Let a model drive laps on a virtual track, much faster than real time.

    By the league's rules: a car that leaves the track, stands still or turns round is put back
    where it left, one that runs into something behind that; the clock runs on, and each time costs
    a penalty. The first lap begins when the car, which starts on the grid, first crosses the line.
    """
    if stress and log is not None:
        raise typer.BadParameter("ten runs make no single log.", param_hint="--log with --stress")
    if against is not None and (stress or log or as_lines or objects or bots):
        raise typer.BadParameter(
            "two alone on the road make one report.", param_hint="--against with other options"
        )
    if reward is not None and log is None:
        raise typer.BadParameter("it goes into a log.", param_hint="--reward without --log")
    _check_beside(beside_plain, stress and as_measured is not None and not as_lines)
    loaded = load_model(model)
    plan = Plan(objects, bots, changes_lanes=bots_change_lanes)
    set_up = partial(_setting, plan=plan, as_measured=as_measured)
    setting = set_up(open_track(track))
    rules = LeagueRules(
        laps,
        round(reset_penalty_s * NS_PER_S),
        max_resets,
        collision_penalty_ns=round(collision_penalty_s * NS_PER_S),
    )
    if against is not None:
        race_told((loaded, load_model(against)), setting, rules, seed, as_json=as_json)
        return
    if stress:
        manner: Manner = "lines" if as_lines else "json" if as_json else "words"
        measured = None if as_measured is None else as_measured.stem
        about = CardAbout(setting.track, loaded.sha256, seed, measured)
        drawn = partial(_setting, plan=plan, as_measured=None) if beside_plain else None
        card_told(loaded, set_up, rules, about, manner, beside=drawn)
    began_s = time.perf_counter()

    def tell(lap: LeagueLap, count: int) -> None:
        if as_lines:
            typer.echo(lap_line(lap, count))
        elif not as_json:
            typer.echo(_told(lap, count, rules))

    with (
        _reward_of(reward, setting.track, is_trusted=trust_reward) as asked,
        _log_to(log, asked) as witness,
    ):
        run = evaluate(loaded, setting, rules, seed, tell, witness)
    wall_s = time.perf_counter() - began_s
    if as_json or as_lines:
        told = report(run, setting.track, loaded.sha256, seed, wall_s, plan)
        typer.echo(
            line("report", told.model_dump()) if as_lines else told.model_dump_json(indent=2)
        )
        return
    typer.echo(_summary(run, setting.track.name, wall_s))


def _check_beside(is_wanted: bool, has_both: bool) -> None:
    if is_wanted and not has_both:
        raise typer.BadParameter(
            "it needs --stress and --as-measured.", param_hint="--beside-plain"
        )


def _setting(track: Track, plan: Plan, as_measured: Path | None) -> Setting:
    if as_measured is None:
        return setting_on(track, plan=plan)
    return setting_as(read_measured(as_measured), track, plan)


@contextmanager
def _reward_of(path: Path | None, track: Track, *, is_trusted: bool) -> Iterator[Reward | None]:
    """Yield a driver's reward function in its sandbox, or none.

    Raises RewardError, SandboxMissingError.
    """
    if path is None:
        yield None
        return
    file, lasting = read_reward(path), lasting_parameters(track)
    with RewardProcess(file, lasting, is_trusted=is_trusted) as reward:
        yield reward


@contextmanager
def _log_to(path: Path | None, reward: Reward | None) -> Iterator[SimTraceLog | None]:
    """Yield a log that is written to a file, or none. Raises LogFileError."""
    if path is None:
        yield None
        return
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            yield SimTraceLog(file, reward)
    except CarError:
        raise
    except OSError as error:
        raise LogFileError(f"{path} can't be written: {error.strerror or error}.") from error


def _told(lap: LeagueLap, count: int, rules: LeagueRules) -> str:
    resets = "" if lap.resets == 0 else f", {lap.resets} resets"
    if lap.collisions:
        resets += f" ({lap.collisions} after a collision)"
    if lap.driven_ns is None:
        return f"lap {count:>3}: not completed{resets}"
    time_s = (lap.driven_ns + lap.penalties_ns(rules)) / NS_PER_S
    return f"lap {count:>3}: {time_s:.3f} s{resets}"


def _summary(run: LeagueRun, track: str, wall_s: float) -> str:
    speed = run.sim_ns / NS_PER_S / max(1e-9, wall_s)
    return f"On {track}: {in_words(run)} ({speed:.0f}× real time)"
