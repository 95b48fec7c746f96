"""``paddock worker``: drives the models that are submitted to virtual races."""

from pathlib import Path
from typing import Annotated

import typer

from timing_server.contract.config_file import load_settings

worker_app = typer.Typer(add_completion=False)


@worker_app.command(
    epilog="The first time: paddock worker --server http://192.168.1.10:8000 --name lab-1 --pair"
)
def worker(
    server_url: Annotated[
        str | None, typer.Option("--server", help="Address of the timing server.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="This worker's name, one for each process.")
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option("--token-file", help="File that holds this worker's token.")
    ] = None,
    pair: Annotated[
        bool,
        typer.Option("--pair", help="Show a code for the organiser to type; keep the token."),
    ] = False,
    once: Annotated[
        bool, typer.Option("--once", help="End when nothing waits, instead of waiting for more.")
    ] = False,
    workers: Annotated[
        str | None,
        typer.Option(
            metavar="ADDRESS",
            help="Let a Ray cluster drive, ray://HOST:10001: a run on each of its processors.",
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option("--config", help="Settings file; its table [worker] is read.")
    ] = None,
) -> None:
    """Drive what drivers submit to virtual races, one run after the other, on this machine.

    Each model is driven in a process of its own with bounded memory and processor time: one that
    fails ends its own run, with a sentence for its driver. A worker that is ended, killed or cut
    off loses nothing: its run is given to another. As many workers as the machine has cores may
    run beside each other, each with a --name of its own. On the server's own machine they wait
    while a heat is on.

    The first time, --pair gets the worker its token: it shows six digits, and the organiser types
    them in race control under Devices.
    """
    from car_agent.worker.main import run_worker  # noqa: PLC0415 - quick help
    from car_agent.worker.settings import WorkerSettings  # noqa: PLC0415 - likewise

    settings = load_settings(
        WorkerSettings,
        "worker",
        path=config,
        server_url=server_url,
        name=name,
        token_file=token_file,
        workers=workers,
    )
    run_worker(settings, is_pairing=pair, is_once=once)
