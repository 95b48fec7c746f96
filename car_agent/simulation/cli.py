"""``paddock evaluate``: a model's laps on a virtual track."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Annotated

import typer

from car_agent.errors import LogFileError
from car_agent.models.load import load_model
from car_agent.simulation.evaluation import evaluate, setting_on
from car_agent.simulation.league import LeagueLap, LeagueRules, LeagueRun, in_words, report
from car_agent.simulation.simtrace import SimTraceLog
from car_agent.simulation.stress import (
    StressLine,
    stress_lines,
    stress_report,
    verdict_of,
    verdict_sentence,
)
from hardware.virtual.world.track_files import open_track

evaluate_app = typer.Typer(add_completion=False)
NS_PER_S = 1_000_000_000


@evaluate_app.command(
    epilog="Example: paddock evaluate --model lap.onnx --track demo --laps 20 --seed 1 --json"
)
def evaluate_model(
    model: Annotated[Path, typer.Option("--model", help="The .onnx file that drives.")],
    track: Annotated[
        str, typer.Option(help="A track's name ('paddock track list'), or a .npy file.")
    ] = "demo",
    laps: Annotated[int, typer.Option(min=1, max=10_000, help="How many laps to try.")] = 20,
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed gives the same laps, to the nanosecond.")
    ] = 1,
    reset_penalty_s: Annotated[
        float, typer.Option(min=0, max=60, help="What each reset adds to its lap.")
    ] = 2.0,
    max_resets: Annotated[
        int, typer.Option(min=0, max=100, help="A lap with more resets is not completed.")
    ] = 3,
    stress: Annotated[
        bool,
        typer.Option(
            "--stress",
            help="Drive the laps ten times: plainly, and under nine things that go wrong at "
            "meetups; says whether the model should go to a car.",
        ),
    ] = False,
    log: Annotated[
        Path | None,
        typer.Option(help="A .csv file to write, in the columns of DeepRacer's SimTrace logs."),
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="Print the figures as JSON.")] = False,
) -> None:
    """Let a model drive laps on a virtual track, much faster than real time.

    By the league's rules: a car that leaves the track, stands still or turns round is put back
    where it left, the clock runs on, and each reset costs a penalty. The first lap begins when the
    car, which starts on the grid, first crosses the line.
    """
    if stress and log is not None:
        raise typer.BadParameter("ten runs make no single log.", param_hint="--log with --stress")
    loaded = load_model(model)
    setting = setting_on(open_track(track))
    rules = LeagueRules(laps, round(reset_penalty_s * NS_PER_S), max_resets)
    if stress:
        _tell_stress(stress_lines(loaded, setting, rules, seed), as_json=as_json)
        return
    began_s = time.perf_counter()

    def tell(lap: LeagueLap, count: int) -> None:
        if not as_json:
            typer.echo(_told(lap, count, rules))

    with _log_to(log) as witness:
        run = evaluate(loaded, setting, rules, seed, tell, witness)
    wall_s = time.perf_counter() - began_s
    if as_json:
        told = report(run, setting.track.name, loaded.sha256, seed, wall_s)
        typer.echo(told.model_dump_json(indent=2))
        return
    typer.echo(_summary(run, setting.track.name, wall_s))


@contextmanager
def _log_to(path: Path | None) -> Iterator[SimTraceLog | None]:
    """Yield a log that is written to a file, or none. Raises LogFileError."""
    if path is None:
        yield None
        return
    try:
        with path.open("w", newline="", encoding="utf-8") as file:
            yield SimTraceLog(file)
    except OSError as error:
        raise LogFileError(f"{path} can't be written: {error.strerror or error}.") from error


def _tell_stress(lines: Iterator[StressLine], *, as_json: bool) -> None:
    """Print the card; ends with 1 where the model isn't ready for a car at all."""
    known: tuple[StressLine, ...] = ()
    for line in lines:
        known = (*known, line)
        if not as_json:
            mark = "✓" if line.is_good else "✗"
            laps = f"{line.run.clean_laps:>3} of {len(line.run.laps)}"
            typer.echo(f"{mark} {laps} laps without a reset: {line.sentence}")
    if as_json:
        card = {
            "verdict": verdict_of(known),
            "stress": [stress_report(line).model_dump() for line in known],
        }
        typer.echo(json.dumps(card, indent=2))
    else:
        typer.echo(verdict_sentence(known))
    raise typer.Exit(1 if verdict_of(known) == "not_ready" else 0)


def _told(lap: LeagueLap, count: int, rules: LeagueRules) -> str:
    resets = "" if lap.resets == 0 else f", {lap.resets} resets"
    if lap.driven_ns is None:
        return f"lap {count:>3}: not completed{resets}"
    time_s = (lap.driven_ns + lap.resets * rules.reset_penalty_ns) / NS_PER_S
    return f"lap {count:>3}: {time_s:.3f} s{resets}"


def _summary(run: LeagueRun, track: str, wall_s: float) -> str:
    speed = run.sim_ns / NS_PER_S / max(1e-9, wall_s)
    return f"On {track}: {in_words(run)} ({speed:.0f}× real time)"
