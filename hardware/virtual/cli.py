"""``paddock venue``: the virtual venue's command line."""

from pathlib import Path
from typing import Annotated

import typer

from hardware.virtual.errors import VenuePackagesError

EPILOG = (
    "Example without a server: paddock venue --socket /tmp/venue.sock --no-server, then "
    "paddock car --venue /tmp/venue.sock --camera virtual …"
)


def venue(
    ctx: typer.Context,
    socket: Annotated[
        Path | None, typer.Option(help="Unix socket for the virtual drivers; a short path.")
    ] = None,
    server: Annotated[
        str | None, typer.Option(help="Address of the Paddock server: http://HOST:PORT")
    ] = None,
    no_server: Annotated[
        bool,
        typer.Option("--no-server", help="Follow nobody: the first car to connect drives."),
    ] = False,
    token_file: Annotated[
        Path | None, typer.Option(help="File with the venue's bearer token (role 'tracker').")
    ] = None,
    track: Annotated[
        str | None, typer.Option(help="A design's name, or a .track or .npy file.")
    ] = None,
    sectors: Annotated[
        int | None,
        typer.Option(help="Sectors of a lap, parted by the gates sector-1, sector-2 and so on."),
    ] = None,
    as_measured: Annotated[
        Path | None,
        typer.Option(
            help="File of 'paddock camera match': cameras and ground as of that real car."
        ),
    ] = None,
    ghost: Annotated[
        bool | None,
        typer.Option(
            "--ghost/--no-ghost",
            help="Let cameras see the lap that race control lets drive along, as a pale car.",
        ),
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of light, noise and play.")] = None,
    tally_file: Annotated[
        Path | None, typer.Option(help="File for the venue's own count of crossings.")
    ] = None,
    config: Annotated[
        Path | None, typer.Option(help="Settings file instead of paddock.toml; its table [venue].")
    ] = None,
) -> None:
    """Run a virtual venue: a track, cars that obey physics, cameras, a light beam and a crew.

    Only the outermost devices are virtual. Cars and the timing node connect to the socket and run
    the code they run on real hardware: the beam drives gpiozero pins in the node's process, and
    each car gets the pictures that its camera would take. The crew follows the server's heats.

    For a real track, 'paddock venue install' makes a Raspberry Pi the event's own machine.
    """
    if ctx.invoked_subcommand is not None:
        return
    try:
        # Imported here, so that --help needs no OpenCV.
        from hardware.virtual.process.venue import run_venue  # noqa: PLC0415
        from hardware.virtual.settings import VenueSettings  # noqa: PLC0415
    except ImportError as error:
        raise VenuePackagesError(error) from error
    from timing_server.contract.config_file import load_settings  # noqa: PLC0415
    from timing_server.contract.log import configure_log  # noqa: PLC0415

    settings = load_settings(
        VenueSettings,
        "venue",
        path=config,
        socket=socket,
        server_url=server,
        token_file=token_file,
        track=track,
        sectors=sectors,
        as_measured=as_measured,
        shows_ghost=ghost,
        seed=seed,
        tally_file=tally_file,
    )
    if no_server:
        settings = settings.model_copy(update={"server_url": None})
    configure_log()
    run_venue(settings)
