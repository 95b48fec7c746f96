"""``paddock track print``: a track at its real size on sheets of paper, as a PDF."""

from pathlib import Path
from typing import Annotated

import typer

from hardware.virtual.errors import TrackPaperError
from hardware.virtual.tracks.paper.tiles import cut
from hardware.virtual.world.track_files import open_track
from timing_server.contract.server.tracks import Paper, Printed


def print_track(
    track: Annotated[str, typer.Argument(help="A track's name, or a .track or .npy file.")],
    out: Annotated[
        Path | None, typer.Option(help="The PDF to write; without it, the sheets are counted.")
    ] = None,
    paper: Annotated[Paper, typer.Option(help="Which paper the printer takes.")] = "a4",
    what: Annotated[
        Printed, typer.Option(help="The whole road, or a template for tape: borders, centre line.")
    ] = "road",
) -> None:
    """Print a track to scale: sheets with marks to cut along, names, and a ruler to check."""
    opened = open_track(track)
    sheets = cut(opened, paper, what)
    kind = f"{paper.upper()}, {'landscape' if sheets.is_landscape else 'portrait'}"
    typer.echo(f"{len(sheets.tiles)} sheets of {kind}, and one that shows the plan.")
    if out is None:
        return
    from hardware.virtual.tracks.paper.pdf import track_pdf  # noqa: PLC0415 - loads fpdf2

    try:
        out.write_bytes(track_pdf(opened, paper, what))
    except OSError as error:
        raise TrackPaperError(f"{out} can't be written: {error.strerror or error}.") from error
    typer.echo(f"{out} is written. Print it at 100 %, and check the ruler on each sheet.")
