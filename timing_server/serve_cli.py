"""``paddock serve``: the timing server with its board and its control page."""

import gc
import logging
import sys
from importlib import import_module
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Annotated

import typer

from timing_server.address import opening_block
from timing_server.contract.config_file import load_settings
from timing_server.contract.log import configure_log
from timing_server.settings import ServerSettings

if TYPE_CHECKING:
    from timing_server.main import Address

serve_app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@serve_app.command(epilog="Example: paddock serve --data ~/friday-league --port 8000")
def serve(
    data: Annotated[
        Path | None,
        typer.Option(help="Folder of the log and everything else; made where it doesn't exist."),
    ] = None,
    host: Annotated[
        str | None, typer.Option(help="Address to listen on; 127.0.0.1 keeps it to this machine.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port to listen on; 0 takes a free one.")] = None,
    announces: Annotated[
        bool | None,
        typer.Option(
            "--announce/--no-announce",
            help="Let cars and nodes on this network find the server by mDNS. Default: yes.",
        ),
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings file; table [server]. Default: paddock.toml.")
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Log more than warnings.")] = False,
) -> None:
    """Run the timing server: log, rules, live board at / and race control at /control.

    The first start prints a one-time setup code: type it into /control to become organiser, and
    let marshals and devices in from there. Everything raced is in the data folder; kill the
    server at any moment and start it again, and the race goes on where it was. Ctrl-C ends it.
    """
    _log_to_stderr(logging.INFO if verbose else logging.WARNING)
    settings = load_settings(
        ServerSettings,
        "server",
        path=config,
        data_dir=data,
        host=host,
        port=port,
        announces=announces,
    )
    _server_parts().run_server(settings, _show_opening)


def _server_parts() -> ModuleType:
    """Return what the server is made of, imported once the settings are known to be right.

    It is thousands of objects that live as long as the process: the collector need not look
    through them, neither meanwhile nor ever after.
    """
    gc.disable()
    parts = import_module("timing_server.main")
    gc.freeze()
    gc.enable()
    return parts


def _show_opening(address: "Address") -> None:
    """Print what a person needs to reach the server."""
    hint = "Ctrl-C ends the server."
    typer.echo(opening_block(address.url, code=address.setup_code, is_demo=False, hint=hint))


def _log_to_stderr(level: int) -> None:
    configure_log(level)
    # What libraries have to say.
    logging.basicConfig(level=level, stream=sys.stderr, format="%(levelname)s %(name)s %(message)s")
