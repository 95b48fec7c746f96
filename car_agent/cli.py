"""``paddock car`` drives a car; what else it can do is in ``commands``.

What drives is heavy to import, so that it is imported when a command runs: help stays quick.
"""

from functools import partial
from pathlib import Path
from typing import Annotated

import typer

from car_agent.commands.options import CarId, Pair, TokenFile
from car_agent.commands.record import record_app
from car_agent.commands.wheels import calibrate, guard, neutral, release
from car_agent.console.command import console
from timing_server.contract.config_file import load_settings

car_app = typer.Typer(
    add_completion=False, rich_markup_mode="markdown", invoke_without_command=True
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
    car_id: CarId = None,
    token_file: TokenFile = None,
    pair: Pair = False,
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
