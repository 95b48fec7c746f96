"""``paddock node``: the timing node's command line; what it can do besides timing is below it."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from hardware.node_commands import camera, marks, resend, try_wiring
from hardware.recordings.cli import passes, record, rehearse

if TYPE_CHECKING:
    from hardware.settings import NodeSettings

node_app = typer.Typer(
    add_completion=False, rich_markup_mode="markdown", invoke_without_command=True
)

#: What the options before a subcommand come to; some subcommands need no server, hence its word.
LoadSettings = Callable[..., "NodeSettings"]

_EPILOG = (
    "Wiring of a break-beam receiver: VCC to 3.3 V, GND to GND, OUT (low = beam broken) to GPIO 17 "
    "(pin 11 of the header). "
    "Example: paddock node --server http://paddock.local:8000 --pair"
)


@node_app.callback(epilog=_EPILOG)
def node(
    ctx: typer.Context,
    server: Annotated[
        str | None,
        typer.Option(help="Address of the server, http://HOST:PORT; else the one of this network."),
    ] = None,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the node's bearer token (role 'node').")
    ] = None,
    pair: Annotated[
        bool,
        typer.Option(
            "--pair", help="Show a code for the organiser to type; keep the token so won."
        ),
    ] = False,
    data: Annotated[
        Path | None, typer.Option(help="The node's own folder, where its journal is kept.")
    ] = None,
    name: Annotated[
        str | None, typer.Option(help="The node's id, which is also its token's scope.")
    ] = None,
    venue: Annotated[
        Path | None, typer.Option(help="Socket of a virtual venue, instead of this machine's pins.")
    ] = None,
    pin_factory: Annotated[
        str | None, typer.Option(help="gpiozero's pin factory; only lgpio can time a lap.")
    ] = None,
    gpio_chip: Annotated[
        int | None,
        typer.Option(
            min=0, max=255, help="On a board that is no Raspberry Pi: N of its /dev/gpiochipN."
        ),
    ] = None,
    replay: Annotated[
        Path | None,
        typer.Option(help="Feed a recording back instead of reading pins, then end."),
    ] = None,
    speed: Annotated[
        float, typer.Option(min=1.0, max=10_000.0, help="How many times faster --replay goes.")
    ] = 1.0,
    config: Annotated[
        Path | None, typer.Option(help="Settings file to read instead of paddock.toml.")
    ] = None,
) -> None:
    """Time laps: read the gates' sensors, keep every edge on disk, send the passes to the server.

    The kernel stamps each edge, so neither a busy Pi nor slow Wi-Fi changes a lap. Everything is
    written to the journal before it is sent, and sent until the server confirms it: unplug the
    network or the server, and nothing is lost. One node runs per folder; Ctrl-C ends it cleanly.

    Which sensor hangs on which pin is in paddock.toml (see docs/wiring.md); without it, the gate
    'finish' is read on GPIO 17.

    The first time, --pair gets the node its token: it shows six digits, the organiser types them in
    race control under Devices, and the token is kept in the node's folder for all later starts.

    --replay feeds a recording back through the same code, into a journal of its own; laps stay what
    they were to the nanosecond at any --speed. At 1 it can rehearse a running heat.
    """
    from functools import partial  # noqa: PLC0415 - --help needs none of these

    from hardware.discovery import announced, with_server  # noqa: PLC0415 - likewise
    from hardware.settings import NodeSettings  # noqa: PLC0415 - likewise
    from timing_server.contract.config_file import load_settings  # noqa: PLC0415 - likewise

    given = {
        "server_url": server,
        "token_file": token_file,
        "data_dir": data,
        "name": name,
        "venue_socket": venue,
        "pin_factory": pin_factory,
        "gpio_chip": gpio_chip,
    }
    ctx.obj = partial(load_settings, NodeSettings, "node", path=config, **given)
    if ctx.invoked_subcommand is not None:
        return
    from hardware.node.main import own_token, pair_node, run_node  # noqa: PLC0415 - needs gpiozero

    settings = ctx.obj()
    settings = with_server(settings, typer.echo, None if pair else own_token(settings))
    with announced("node", settings.name, settings):
        if pair:
            pair_node(settings, typer.echo)
        if replay is None:
            run_node(settings)
            return
        from hardware.recordings.replay import run_replay  # noqa: PLC0415 - likewise

        run_replay(settings, replay, speed)


node_app.command()(passes)
node_app.command()(record)
node_app.command()(rehearse)
node_app.command()(resend)
node_app.command()(camera)
node_app.command()(marks)
node_app.command("test")(try_wiring)
