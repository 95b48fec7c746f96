"""``paddock car calibrate``, ``guard``, ``neutral`` and ``release``: wheels without a model."""

from collections.abc import Callable
from typing import TYPE_CHECKING

import typer

from car_agent.errors import CarSetupError

if TYPE_CHECKING:
    from car_agent.settings import CarSettings

#: What the options before a subcommand come to.
LoadSettings = Callable[..., "CarSettings"]


def guard(ctx: typer.Context) -> None:
    """Run the car's guard alone, at guard_socket: for systemd, see docs/car-safety.md.

    The car that drives finds it there. Without guard_socket each 'paddock car' starts its own.
    """
    from car_agent.guarding import guard_request  # noqa: PLC0415 - heavy, through numpy
    from hardware.guard.process.main import serve_door  # noqa: PLC0415 - likewise

    settings = _settings(ctx)
    if settings.guard_socket is None:
        raise CarSetupError(
            "Say where the guard listens: guard_socket in paddock.toml, table [car]."
        )
    serve_door(settings.guard_socket, guard_request(settings))


def neutral(ctx: typer.Context) -> None:
    """Set the throttle to neutral from outside, where no guard is left to do it.

    For systemd's ExecStopPost: a PWM chip goes on with its last pulse when every program has died.
    """
    from car_agent.guarding import guard_request  # noqa: PLC0415 - heavy, through numpy
    from hardware.actuators.registry import set_neutral  # noqa: PLC0415 - likewise

    request = guard_request(_settings(ctx))
    set_neutral(request.actuators, request.actuator_request())
    typer.echo(f"{request.actuators}: neutral.")


def release(ctx: typer.Context) -> None:
    """Release an emergency stop that was latched before this car ended, without a server.

    For a car that doesn't run; one that does is released in race control or beside the track.
    """
    from car_agent.guarding import guard_request  # noqa: PLC0415 - heavy, through numpy
    from hardware.guard.process.latch import Latch  # noqa: PLC0415 - likewise

    latch = Latch(guard_request(_settings(ctx)).latch_file)
    if latch.reason is None:
        typer.echo("No emergency stop is latched.")
        return
    typer.echo(f"Released: {latch.reason}. The car stands until it is let off anew.")
    latch.clear()


def calibrate(ctx: typer.Context) -> None:
    """Find the pulses of steering and throttle, step by step; wheels off the ground first.

    The car's own pulses are shown through its guard, so that a lost terminal means neutral. The
    result is saved in DeepRacer's file format, where wheels.calibration says or in Paddock's data
    folder, and used from the next start on. 'paddock car' must not run meanwhile.
    """
    from car_agent.guarding import guard_request  # noqa: PLC0415 - heavy, through numpy
    from hardware.calibration.guide import guide_calibration  # noqa: PLC0415 - likewise

    settings = _settings(ctx)
    request, path = guard_request(settings), settings.calibration_path
    if not path.exists():  # it is about to be made
        wheels = request.wheels.model_copy(update={"calibration": None})
        request = request.model_copy(update={"wheels": wheels})
    guide_calibration(request, path, typer.echo, _ask)


def _settings(ctx: typer.Context) -> "CarSettings":
    load: LoadSettings = ctx.obj
    return load()


def _ask(question: str) -> str:
    answer: str = typer.prompt(question, default="", show_default=False, prompt_suffix=" ")
    return answer
