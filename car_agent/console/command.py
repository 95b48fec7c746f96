"""``paddock car console``: the car's own page."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Annotated

import typer

from car_agent.errors import CarSetupError

if TYPE_CHECKING:
    from car_agent.settings import CarSettings

DEFAULT_PORT = 8010


def console(
    ctx: typer.Context,
    host: Annotated[
        str, typer.Option(help="Address to listen at; 127.0.0.1 for this machine alone.")
    ] = "0.0.0.0",  # noqa: S104 - a page for the phone of whoever stands beside the car
    port: Annotated[int, typer.Option(min=0, max=65535, help="0 takes a free one.")] = DEFAULT_PORT,
) -> None:
    """Serve the car's own page: camera, Wi-Fi, driving by hand, stop and emergency stop.

    Runs beside 'paddock car', and goes on where that ends. It shows a code here; whoever types it
    in a browser may use the car. See docs/car-console.md.
    """
    try:
        from car_agent.console.process import run_console  # noqa: PLC0415 - quick help
    except ModuleNotFoundError as error:
        raise CarSetupError(
            f"The console needs more packages ({error.name} is missing): "
            "pip install 'paddock[console]'."
        ) from error
    load: Callable[..., CarSettings] = ctx.obj
    run_console(load(), host, port, typer.echo)
