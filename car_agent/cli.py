"""``paddock car`` drives a car; ``paddock model`` brings, checks, shows and makes model files.

What drives is heavy to import, so that it is imported when a command runs: help stays quick.
"""

import importlib
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from car_agent.console.command import console
from car_agent.errors import CarSetupError, ModelError
from car_agent.record_commands import record_app
from car_agent.wheels_commands import calibrate, guard, neutral, release
from timing_server.contract.config_file import load_settings

if TYPE_CHECKING:
    from car_agent.models.intake.certificate import Verdict

car_app = typer.Typer(
    add_completion=False, rich_markup_mode="markdown", invoke_without_command=True
)
model_app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Bring, check, show and make model files.",
)

_CAR_EXAMPLES = """Examples:

On the car: paddock car --server http://192.168.1.10:8000 --car-id red --pair
--model lap.onnx --camera usb:0

On a desk, in the virtual venue: paddock car --car-id red --token-file red.token --model lap.onnx
--camera virtual --venue /tmp/venue.sock
"""


@car_app.callback(epilog=_CAR_EXAMPLES)
def car(
    ctx: typer.Context,
    server_url: Annotated[
        str | None,
        typer.Option(
            "--server", metavar="URL", help="Address of the server; else the one of this network."
        ),
    ] = None,
    car_id: Annotated[
        str | None, typer.Option("--car-id", help="The car's id, as the organiser entered it.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", help="File that holds this car's token.")
    ] = None,
    pair: Annotated[
        bool,
        typer.Option(
            "--pair", help="Show a code for the organiser to type; keep the token so won."
        ),
    ] = False,
    model: Annotated[
        Path | None,
        typer.Option(
            "--model",
            help="The model that drives: an .onnx file with its card inside or beside it, or "
            "whatever else 'paddock model import' takes. Without one the car waits for one "
            "from race control or from its own page.",
        ),
    ] = None,
    camera: Annotated[
        str | None,
        typer.Option(
            help="usb:0, usb:/dev/v4l/by-id/…, csi:0 (a Raspberry Pi's ribbon cable), virtual or "
            "file:VIDEO (played forever)."
        ),
    ] = None,
    camera_right: Annotated[
        str | None,
        typer.Option(
            "--camera-right", help="The right one of two cameras, for a model that sees with two."
        ),
    ] = None,
    actuators: Annotated[
        str | None,
        typer.Option(
            help="pwm, pca9685, gpiozero, virtual, or none to move nothing and write the "
            "commands to the log. Default: virtual where --venue is given, else none."
        ),
    ] = None,
    venue_socket: Annotated[
        Path | None, typer.Option("--venue", metavar="SOCKET", help="The virtual venue's socket.")
    ] = None,
    frame_rate_hz: Annotated[
        float | None, typer.Option("--frame-rate-hz", help="Decisions a second, 15 to 60.")
    ] = None,
    camera_rate_hz: Annotated[
        float | None,
        typer.Option(
            "--camera-rate-hz",
            help="Pictures a second asked of the camera, where it should give more than are used.",
        ),
    ] = None,
    exposure: Annotated[
        str | None,
        typer.Option(help="auto, lock (hold it once it has settled) or microseconds."),
    ] = None,
    white_balance: Annotated[
        str | None,
        typer.Option("--white-balance", help="auto, lock (likewise) or kelvin."),
    ] = None,
    choice: Annotated[
        str | None,
        typer.Option(
            help="argmax: the likeliest action; mean: all, weighed by their probabilities; "
            "sample: drawn by them."
        ),
    ] = None,
    choice_seed: Annotated[
        int | None, typer.Option("--choice-seed", help="The same seed draws the same.")
    ] = None,
    entropy_limit_frac: Annotated[
        float | None,
        typer.Option(
            "--entropy-limit-frac",
            help="0 to 1: a model less sure than this drives slower, down to its slowest action.",
        ),
    ] = None,
    throttle_curve: Annotated[
        str | None,
        typer.Option(help="linear: speed / max speed; deepracer: as a stock DeepRacer car does."),
    ] = None,
    max_speed_mps: Annotated[
        float | None,
        typer.Option("--max-speed-mps", help="The car's speed at full throttle (linear curve)."),
    ] = None,
    throttle_scale: Annotated[
        float | None,
        typer.Option("--throttle-scale", help="0 to 1: the operator's limit on every throttle."),
    ] = None,
    data_dir: Annotated[
        Path | None,
        typer.Option("--data", help="Folder for the models that race control sends this car."),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings file; its table [car] is read.")
    ] = None,
) -> None:
    """Drive a car: camera, model, steering and throttle, while the server says that its heat runs.

    The car stands in neutral until its heat starts, and again when the heat ends, when the server
    is lost for five seconds, when the camera stops, or when a command grows older than its time to
    live; a guard process of its own owns the wheels and sees to that.

    The first time, --pair gets the car its token: it shows six digits, and the organiser types them
    in race control under Devices. A car without a token needs no server and drives by its own page
    alone ('paddock car console'). Every option may also stand in paddock.toml, table [car], or in
    the environment (PADDOCK_CAR_MODEL=…).
    """
    from car_agent.settings import CarSettings  # noqa: PLC0415 - heavy, through numpy

    ctx.obj = partial(
        load_settings,
        CarSettings,
        "car",
        path=config,
        server_url=server_url,
        car_id=car_id,
        token_file=token_file,
        model=model,
        camera=camera,
        camera_right=camera_right,
        actuators=actuators,
        venue_socket=venue_socket,
        frame_rate_hz=frame_rate_hz,
        camera_rate_hz=camera_rate_hz,
        exposure=exposure,
        white_balance=white_balance,
        choice=choice,
        choice_seed=choice_seed,
        entropy_limit_frac=entropy_limit_frac,
        throttle_curve=throttle_curve,
        max_speed_mps=max_speed_mps,
        throttle_scale=throttle_scale,
        data_dir=data_dir,
    )
    if ctx.invoked_subcommand is not None:
        return
    from car_agent.main import own_token, pair_car, run_car  # noqa: PLC0415 - likewise: the model runtime
    from hardware.discovery import announced, with_server  # noqa: PLC0415 - quick help

    settings = ctx.obj()
    token = own_token(settings)
    if pair or token is not None:
        settings = with_server(settings, typer.echo, None if pair else token)
    with announced("car", settings.car_id, settings):
        if pair:
            pair_car(settings, typer.echo)
        run_car(settings)


car_app.command()(calibrate)
car_app.command()(console)
car_app.command()(guard)
car_app.command()(neutral)
car_app.command()(release)
car_app.add_typer(record_app, name="record")

_CardOption = Annotated[
    Path | None,
    typer.Option("--card", metavar="FILE", help="The model's card, where it lies elsewhere."),
]
_MetadataOption = Annotated[
    Path | None,
    typer.Option(
        "--metadata", metavar="FILE", help="DeepRacer's metadata, where it lies elsewhere."
    ),
]
_DonkeycarOption = Annotated[
    bool,
    typer.Option(
        "--donkeycar", help="A Donkeycar model that answers angle and throttle in one output."
    ),
]
_JsonOption = Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")]


@model_app.command("import", epilog="Example: paddock model import model.tar.gz -o lap.onnx")
def bring(
    file: Annotated[
        Path, typer.Argument(help="An .onnx file, a DeepRacer model.tar.gz, or a frozen model.pb.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The .onnx file to write.")],
    card: _CardOption = None,
    metadata: _MetadataOption = None,
    is_donkeycar: _DonkeycarOption = False,
    as_json: _JsonOption = False,
) -> None:
    """Bring a model: check it, convert it where it needs that, and write what drives.

    The card (what the model wants to see, and what its answers mean) goes inside the written
    file; 'paddock model show' prints it. The certificate names hashes and operators, and says how
    nearly the written file answers like the one brought.
    """
    from car_agent.models.files import write_whole  # noqa: PLC0415 - quick help

    verdict, content = _judged(file, card, metadata, is_donkeycar)
    if verdict.ok:
        write_whole(out, content)
    _say(verdict, as_json)


@model_app.command(epilog="Example: paddock model check model.tar.gz")
def check(
    file: Annotated[Path, typer.Argument(help="Whatever 'paddock model import' takes.")],
    card: _CardOption = None,
    metadata: _MetadataOption = None,
    is_donkeycar: _DonkeycarOption = False,
    as_json: _JsonOption = False,
) -> None:
    """Check whether a model may drive, in a process of its own with bounded memory and time.

    Ends with 0, or with 1 and one sentence why not. Nothing is written.
    """
    verdict, _ = _judged(file, card, metadata, is_donkeycar)
    _say(verdict, as_json)


def _judged(
    file: Path, card: Path | None, metadata: Path | None, is_donkeycar: bool
) -> tuple["Verdict", bytes]:
    """Return the verdict on a file and, where it is good, the ONNX file that drives."""
    from car_agent.models.intake.admit import admit  # noqa: PLC0415 - quick help
    from car_agent.models.intake.certificate import Verdict  # noqa: PLC0415 - likewise
    from car_agent.models.papers import papers_for  # noqa: PLC0415 - likewise

    try:
        admission = admit(file, papers_for(file, card, metadata, is_donkeycar=is_donkeycar))
    except ModelError as error:
        return Verdict(ok=False, reason=str(error)), b""
    return admission.verdict, admission.content


def _say(verdict: "Verdict", as_json: bool) -> None:
    """Print a verdict; end with 1 where it is bad."""
    from car_agent.models.describe import describe_certificate  # noqa: PLC0415 - numpy

    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
        raise typer.Exit(0 if verdict.ok else 1)
    if verdict.certificate is None or verdict.card is None:
        raise ModelError(verdict.reason or "The model can't be used.")
    for line in describe_certificate(verdict.certificate, verdict.card):
        typer.echo(line)


@model_app.command(epilog="Example: paddock model show lap.onnx")
def show(
    file: Annotated[Path, typer.Argument(help="Whatever 'paddock model import' takes.")],
    as_json: Annotated[bool, typer.Option("--json", help="The card alone, as JSON.")] = False,
) -> None:
    """Show what a model wants to see and what its answers mean, after a trial run.

    A model that couldn't drive is refused with the reason, exactly as 'paddock car' would.
    """
    from car_agent.models.describe import describe_model  # noqa: PLC0415 - heavy
    from car_agent.models.intake.open import read_admitted  # noqa: PLC0415 - heavy
    from car_agent.models.load import start_model  # noqa: PLC0415 - heavy

    read = read_admitted(file)
    if as_json:
        typer.echo(read.card.model_dump_json(indent=2))
        return
    for line in describe_model(read, start_model(read)):
        typer.echo(line)


@model_app.command(
    epilog="Example: paddock model clone --track demo --character balanced --seed 7 --out lap.onnx"
)
def clone(
    track: Annotated[str, typer.Option(help="The track to learn.")] = "demo",
    character: Annotated[
        str, typer.Option(help="How the expert drives: cautious, balanced, fast or wild.")
    ] = "balanced",
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed makes the same model on the same machine.")
    ] = 1,
    out: Annotated[Path, typer.Option("--out", help="The .onnx file to write.")] = Path("lap.onnx"),
    shape: Annotated[
        str,
        typer.Option(
            help="paddock: card inside the file; deepracer: a list of actions, and its "
            "model_metadata.json beside the file."
        ),
    ] = "paddock",
) -> None:
    """Make a model: an expert drives the virtual track, a small network learns to do as it does.

    Takes a few minutes on a laptop's processor. Needs torch ('make setup-train'); racing the
    finished model does not.
    """
    try:
        training = importlib.import_module("car_agent.training.clone")
    except ModuleNotFoundError as error:
        raise CarSetupError(
            f"Making models needs training packages ({error.name} is missing): make setup-train."
        ) from error
    training.clone_model(
        track=track, character=character, seed=seed, out=out, say=typer.echo, shape=shape
    )
