"""``paddock train``: from a reward function to a model that laps."""

import importlib
import signal
import threading
from pathlib import Path
from shlex import quote
from typing import Annotated

import typer

from car_agent.errors import CarSetupError
from car_agent.models.deepracer import MAX_METADATA_BYTES, read_metadata
from car_agent.models.files import read_text_capped
from car_agent.models.load import read_model
from car_agent.simulation.options import (
    AsMeasured,
    Bots,
    BotsChangeLanes,
    Objects,
    TrustReward,
)
from car_agent.training.networks.shapes import NETWORKS
from car_agent.training.rewards.process import read_reward
from car_agent.training.room import Room, own_server
from car_agent.training.waiting import stopwatch
from hardware.virtual.measured import read_measured
from hardware.virtual.world.objects.traffic import Plan
from hardware.virtual.world.track_files import open_track
from timing_server.contract.workshop import Algorithm, Network

train_app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@train_app.command(
    epilog="Example: paddock train --reward docs/examples/rewards/centre_line.py --out lap.onnx"
)
def train(
    reward: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="A Python file with reward_function(params), as for DeepRacer."
        ),
    ],
    track: Annotated[
        str, typer.Option(help="A track's name ('paddock track list'), or a .track or .npy file.")
    ] = "demo",
    seed: Annotated[int, typer.Option(min=0, help="Another seed makes another model.")] = 1,
    max_minutes: Annotated[
        float, typer.Option(min=0.1, max=1440, help="End after this time with the best model.")
    ] = 10.0,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The .onnx file to write.")] = Path(
        "lap.onnx"
    ),
    metadata: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A DeepRacer model_metadata.json whose action space to learn; without one, nine "
            "angles at 1.0 and 1.6 m/s.",
        ),
    ] = None,
    begin_from: Annotated[
        Path | None,
        typer.Option(
            "--from",
            metavar="FILE",
            help="Begin with the weights of a model that was trained here (.onnx) instead of an "
            "expert's lesson: with its network, and its actions unless --metadata says others.",
        ),
    ] = None,
    network: Annotated[
        Network,
        typer.Option(
            help="small: 80×60 pictures, 129,000 numbers; classic: DeepRacer's shallow network, "
            "160×120 and 5.8 million, which takes several times as long."
        ),
    ] = "small",
    algorithm: Annotated[
        Algorithm,
        typer.Option(help="ppo learns lists and ranges of actions, sac ranges alone."),
    ] = "ppo",
    cars: Annotated[
        int,
        typer.Option(min=1, max=16, help="How many cars practise at once, each by itself."),
    ] = 4,
    objects: Objects = 0,
    bots: Bots = 0,
    bots_change_lanes: BotsChangeLanes = False,
    as_measured: AsMeasured = None,
    workers: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Let the cars drive on a Ray cluster, ray://HOST:10001: the same model, sooner "
            "where many cars practise.",
        ),
    ] = None,
    or_here: Annotated[
        bool,
        typer.Option(
            "--or-here",
            help="With --workers: where the cluster can't be used, drive on this machine instead.",
        ),
    ] = False,
    steps: Annotated[
        int | None,
        typer.Option(
            min=1, help="Practise this many steps, instead of until the model laps reliably."
        ),
    ] = None,
    as_json: Annotated[
        bool,
        typer.Option(
            "--json", help="Tell how it goes in lines of JSON on standard output, for programs."
        ),
    ] = False,
    view: Annotated[
        Path | None,
        typer.Option(
            metavar="FILE",
            help="A .jpg file to replace twice a second with what a practising car sees.",
        ),
    ] = None,
    trust_reward: TrustReward = False,
) -> None:
    """Train a model on a virtual track by your own reward function, on an ordinary processor.

    First a network learns to get round from an expert, the small one in less than a minute, or it
    begins with what an earlier model has learnt (--from). Then it practises (PPO or SAC), and
    **your reward decides how it drives**. After each round it drives ten laps by the league's
    rules; the best model so far is in the file at any time. It ends when all laps are clean twice
    in a row and the reward no longer rises, after --steps, or after --max-minutes.

    **It never disturbs a race**: from a heat's call to its end on this machine's server it waits.

    **Broken off?** The same command goes on where it was. **A fault in the reward** (an exception,
    NaN, a function that never returns) ends the training with the line and the parameters.

    Then: paddock evaluate --model lap.onnx, or paddock demo --model lap.onnx.
    """
    try:
        course = importlib.import_module("car_agent.training.reinforcement.course")
        places = importlib.import_module("car_agent.training.reinforcement.places")
        practices = importlib.import_module("car_agent.simulation.as_measured")
        actions = importlib.import_module("car_agent.training.reinforcement.actions")
        shows = importlib.import_module("car_agent.training.reinforcement.telling.choice")
    except ModuleNotFoundError as error:
        raise CarSetupError(
            f"Training needs packages that are not installed ({error.name} is missing): "
            "make setup-train."
        ) from error
    begin_with = None if begin_from is None else read_model(begin_from)
    output = actions.USUAL_ACTIONS if begin_with is None else begin_with.card.output
    if metadata is not None:
        output = read_metadata(
            read_text_capped(metadata, MAX_METADATA_BYTES, "metadata file")
        ).output
    file = read_reward(reward)
    command = f"paddock train --reward {quote(file.name)} --track {quote(track)} --seed {seed}"
    for option, value, usual in (
        ("network", network, "small"),
        ("algorithm", algorithm, "ppo"),
        ("cars", cars, 4),
    ):
        command += "" if value == usual else f" --{option} {value}"
    plan = Plan(objects, bots, changes_lanes=bots_change_lanes)
    command += f" --objects {objects} --bots {bots}" if plan.count else ""
    command += " --bots-change-lanes" if bots_change_lanes else ""
    car = None if as_measured is None else read_measured(as_measured)
    command += "" if as_measured is None else f" --as-measured {quote(as_measured.name)}"
    command += "" if begin_from is None else f" --from {quote(begin_from.name)}"
    order = course.Order(
        practice=(
            practices.Practice(open_track(track), plan)
            if car is None
            else practices.practice_as(car, open_track(track), plan)
        ),
        car=car,
        reward=file,
        output=output,
        seed=seed,
        out=out,
        command=command,
        max_s=60.0 * max_minutes,
        steps=steps,
        network=NETWORKS[network],
        algorithm=algorithm,
        cars=cars,
        begin_with=begin_with,
        is_trusted=trust_reward,
    )
    server = own_server()
    ended = threading.Event()

    def end(*_: object) -> None:
        # The exception is lost where the interpreter was in a library's callback just now.
        ended.set()
        raise KeyboardInterrupt

    # Whoever ends a training in order, a person or a program, keeps the best model.
    signal.signal(signal.SIGTERM, end)
    # A shell that started it in the background may have Ctrl-C ignored.
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:
        signal.signal(signal.SIGINT, end)
    try:
        with (
            stopwatch() as watch,
            Room(watch, server, is_ended=ended.is_set) as room,
            shows.show_to(order.max_s, watch.spent_s, view, as_json=as_json) as show,
        ):
            places.train_at(workers, order, show, room, or_here=or_here)
    except KeyboardInterrupt as error:
        raise CarSetupError(course.TOO_EARLY) from error
