"""``paddock reward`` tries reward functions out before anything is trained by them."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from car_agent.simulation.options import TrustReward
from car_agent.training.lab import bench as lab_bench
from car_agent.training.lab import comparison, telling
from car_agent.training.lab.asking import Asker
from car_agent.training.lab.fuzz import fuzz
from car_agent.training.lab.ground import Drive, Ground, Pose
from car_agent.training.lab.maps import grid_over, grid_poses, heat_map
from car_agent.training.rewards.process import read_reward
from hardware.virtual.world.track_files import open_track
from timing_server.contract.lab import MAX_OBJECTS, FuzzAnswer, RewardMap

reward_app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Try reward functions out: look for faults, ask at a place, compare two.",
)

File = Annotated[Path, typer.Argument(help="A Python file with reward_function(params).")]
TrackName = Annotated[
    str, typer.Option("--track", help="A track's name ('paddock track list'), or a track file.")
]
Objects = Annotated[
    int, typer.Option(min=0, max=MAX_OBJECTS, help="Boxes on the road, at the same places always.")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print what was found as JSON.")]
Speed = Annotated[float, typer.Option(min=0, max=20, help="Commanded speed in m/s.")]
Steering = Annotated[float, typer.Option(min=-90, max=90, help="Degrees, positive to the left.")]
Turn = Annotated[
    float,
    typer.Option(min=-360, max=360, help="Degrees from the road's heading, positive to the left."),
]


@reward_app.command(epilog="Example: paddock reward check reward.py --track demo")
def check(
    file: File,
    track: TrackName = "demo",
    seed: Annotated[int, typer.Option(min=0, help="Another seed tries other cases.")] = 1,
    objects: Objects = 0,
    as_json: AsJson = False,
    trust_reward: TrustReward = False,
) -> None:
    """Try a reward function in about 1,700 cases: all round the track, and where formulas break.

    Names each fault with its line, in the simplest case that shows it and with what that case
    needs; says what the reward looks at, where it is lowest and highest, and what is seldom meant.
    Ends with 1 where it found a fault.
    """
    with _asker(file, _ground(track, objects), is_trusted=trust_reward) as asker:
        report = telling.told_report(fuzz(asker, seed))
    typer.echo(report.model_dump_json(indent=2) if as_json else _told_report(report, track))
    raise typer.Exit(1 if report.findings else 0)


@reward_app.command(epilog="Example: paddock reward at reward.py 1.5 0 --heading 10 --speed 2")
def at(
    file: File,
    x: Annotated[float, typer.Argument(help="Metres, as in params.")],
    y: Annotated[float, typer.Argument(help="Metres, as in params.")],
    track: TrackName = "demo",
    heading: Annotated[float, typer.Option(min=-360, max=360, help="Degrees, as in params.")] = 0.0,
    speed: Speed = 1.0,
    steering: Steering = 0.0,
    progress: Annotated[float, typer.Option(min=0, max=100, help="Percent of a lap.")] = 10.0,
    steps: Annotated[int, typer.Option(min=1, max=1_000_000, help="Steps, from 1.")] = 30,
    objects: Objects = 0,
    as_json: AsJson = False,
    trust_reward: TrustReward = False,
) -> None:
    """Put a car somewhere and show its parameters and its reward. Ends with 1 at a fault."""
    pose = Pose(x, y, heading, Drive(speed, steering, progress, steps))
    with _asker(file, _ground(track, objects), is_trusted=trust_reward) as asker:
        told = telling.told_at(asker.ground, pose, asker.ask(pose))
    if as_json:
        typer.echo(told.model_dump_json(indent=2))
    else:
        for name, value in told.parameters.items():
            typer.echo(f"{name:<24}{f'{value:.4g}' if isinstance(value, float) else value}")
        typer.echo(told.fault.sentence if told.fault else f"{'reward':<24}{told.reward:.6g}")
    raise typer.Exit(1 if told.fault else 0)


@reward_app.command(epilog="Example: paddock reward compare one.py other.py --track oval")
def compare(
    file: File,
    other: Annotated[Path, typer.Argument(help="Another one.")],
    track: TrackName = "demo",
    speed: Speed = 1.0,
    steering: Steering = 0.0,
    turn: Turn = 0.0,
    objects: Objects = 0,
    as_json: AsJson = False,
    trust_reward: TrustReward = False,
) -> None:
    """Ask two reward functions all over the track: how alike they are, where they differ most.

    All cars drive alike: at that speed, with that steering, turned so far from the road.
    """
    ground = _ground(track, objects)
    grid = grid_over(ground.track)
    poses = grid_poses(ground, grid, Drive(speed, steering), turn)
    maps = []
    for each in (file, other):
        with _asker(each, ground, is_trusted=trust_reward) as asker:
            maps.append(heat_map(asker, grid, poses))
    told = telling.told_comparison(maps, comparison.compare(*maps))
    if as_json:
        typer.echo(told.model_dump_json(indent=2))
        return
    for each, shown in zip((file, other), told.maps, strict=True):
        typer.echo(f"{each.name}: {_told_range(shown)}")
    typer.echo(
        f"correlation {_figure(told.correlation)}, of ranks {_figure(told.rank_correlation)}"
    )
    for place in told.most:
        pays = " against ".join(f"{reward:.4g}" for reward in place.rewards)
        typer.echo(f"at x={place.pose.x_m:.2f}, y={place.pose.y_m:.2f}: {pays}")


@reward_app.command(epilog="Example: paddock reward bench < questions.jsonl")
def bench() -> None:
    """Answer questions of the reward lab's page: one JSON object a line, one answer a line.

    The server starts it. The messages are those of POST /lab/at, map, fuzz and compare, each with
    its name as "ask".
    """
    lab_bench.serve(sys.stdin.buffer, sys.stdout.buffer)


def _ground(track: str, objects: int) -> Ground:
    return Ground(open_track(track), objects)


def _asker(file: Path, ground: Ground, *, is_trusted: bool) -> Asker:
    return Asker(read_reward(file), ground, is_trusted=is_trusted)


_HABITS = {
    "always_same": "It pays the same in every case: nothing can be learnt from it.",
    "remembers": "It pays otherwise when it is asked the same again: it remembers, or is random.",
    "pays_off_track": "It pays at least as much off the track as on it.",
}


def _told_report(report: FuzzAnswer, track: str) -> str:
    lines = [f"{report.cases} of {report.wanted} cases tried on {track}."]
    for finding in report.findings:
        lines.append(f"✗ {finding.fault.sentence}")
        lines.append(f"  {finding.count} of the cases; {_needs(finding.needs)}.")
    lines += [f"! {_HABITS[habit]}" for habit in report.habits]
    if report.lowest and report.highest:
        ends = [
            f"{name} {paid.reward:.6g} at x={paid.pose.x_m:.2f}, y={paid.pose.y_m:.2f}"
            for name, paid in (("lowest", report.lowest), ("highest", report.highest))
        ]
        lines.append(f"Reward: {', '.join(ends)}.")
    if report.matters:
        lines.append(f"It looks at: {', '.join(report.matters)}.")
    if not report.findings:
        lines.append("✓ No fault found.")
    return "\n".join(lines)


def _needs(needs: tuple[str, ...] | None) -> str:
    if needs is None:
        return "what it takes wasn't tried"
    return f"what it takes: {', '.join(needs)}" if needs else "it is there always"


def _told_range(shown: RewardMap) -> str:
    if shown.lowest is None:
        return "a fault everywhere"
    faults = f", {shown.faults_n} places with a fault" if shown.faults_n else ""
    return f"{shown.lowest:.4g} to {shown.highest:.4g}, {shown.mean:.4g} on average{faults}"


def _figure(value: float | None) -> str:
    return "none (one is the same everywhere)" if value is None else f"{value:.2f}"
