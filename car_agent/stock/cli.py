"""``paddock stock-car``: drives a DeepRacer that has its own software only."""

from pathlib import Path
from typing import Annotated

import typer

from car_agent.commands.options import CarId, Pair, TokenFile
from timing_server.contract.config_file import load_settings

stock_car_app = typer.Typer(add_completion=False, rich_markup_mode="markdown")

_EXAMPLES = """Examples:

The first time: paddock stock-car https://192.168.0.12 --server http://192.168.0.10:8000
--car-id red --password-file red.password --pair

With a model: paddock stock-car https://192.168.0.12 --car-id red --password-file red.password
--model model.tar.gz
"""


@stock_car_app.command(epilog=_EXAMPLES)
def stock_car(
    console_url: Annotated[
        str | None,
        typer.Argument(
            metavar="CONSOLE", help="Address of the car's own web console: https://192.168.0.12."
        ),
    ] = None,
    server_url: Annotated[
        str | None,
        typer.Option("--server", metavar="URL", help="Address of the timing server."),
    ] = None,
    car_id: CarId = None,
    token_file: TokenFile = None,
    pair: Pair = False,
    password_file: Annotated[
        Path | None,
        typer.Option(
            "--password-file",
            help="File whose first line is the console's password; or PADDOCK_STOCK_CAR_PASSWORD.",
        ),
    ] = None,
    certificate_file: Annotated[
        Path | None,
        typer.Option(
            "--certificate-file",
            help="Keeps the fingerprint of the car's certificate from the first use on.",
        ),
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option("--model", help="A DeepRacer model.tar.gz to upload and load at the start."),
    ] = None,
    throttle_limit_pct: Annotated[
        int | None,
        typer.Option(
            "--throttle-limit-pct",
            help="The console's speed limit that race control's 100 % stands for: 1 to 100.",
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings file; its table [stock_car] is read.")
    ] = None,
) -> None:
    """Drive a stock DeepRacer through its own web console, from any machine on its network.

    Race control starts it, stops it and sets its speed as it does with every car. But **nothing on
    the car guards it**: where this program, its machine or the Wi-Fi dies, the car drives on until
    somebody catches it. Nor can anybody prove which model it drives with, so that a marshal
    confirms its run before the heat arms.
    """
    from car_agent.stock.main import (  # noqa: PLC0415 - heavy, and help stays quick
        pair_stock_car,
        run_stock_car,
    )
    from car_agent.stock.settings import StockCarSettings  # noqa: PLC0415 - likewise

    settings = load_settings(
        StockCarSettings,
        "stock_car",
        path=config,
        console_url=console_url,
        server_url=server_url,
        car_id=car_id,
        token_file=token_file,
        password_file=password_file,
        certificate_file=certificate_file,
        model=model,
        throttle_limit_pct=throttle_limit_pct,
    )
    if pair:
        pair_stock_car(settings, typer.echo)
    run_stock_car(settings)
