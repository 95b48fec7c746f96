"""``paddock track``: the tracks there are, whether a file holds one, and how one is made."""

import json
from typing import Annotated, Any

import typer

from hardware.virtual.tracks.paper.paper_cli import print_track
from hardware.virtual.tracks.reading_cli import import_track, photo
from hardware.virtual.world.designs import DESIGNS, track_named
from hardware.virtual.world.track import Track
from hardware.virtual.world.track_checks import TrackCheck, check_track
from hardware.virtual.world.track_files import open_track

track_app = typer.Typer(
    no_args_is_help=True,
    help="List, check and make virtual tracks: from a photo of a mat, or DeepRacer's .npy files.",
    epilog="Example: paddock track check reinvent.npy",
)

track_app.command(
    epilog="Example: paddock track photo mat.jpg --corner 310,420 --corner 1650,400 --corner "
    "1990,1400 --corner 60,1450 --width-m 8 --height-m 5 --out mat.track"
)(photo)
track_app.command("print", epilog="Example: paddock track print demo --paper a3 --out demo.pdf")(
    print_track
)
track_app.command("import", epilog="Example: paddock track import reinvent.npy --out r.track")(
    import_track
)

AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


@track_app.command("list", epilog="Example: paddock track list --json")
def list_tracks(as_json: AsJson = False) -> None:
    """List the project's own tracks, the demo track first; lengths in metres."""
    tracks = [track_named(name) for name in DESIGNS]
    if as_json:
        typer.echo(json.dumps([_measures(track) for track in tracks], indent=2))
        return
    for track in tracks:
        typer.echo(f"{track.name:<10} {track.length_m:6.2f} m long, {track.width_m:.2f} m wide")


@track_app.command(epilog="Example: paddock track check reinvent.npy")
def check(
    track: Annotated[str, typer.Argument(help="A track's name, or a .track or .npy file.")],
    as_json: AsJson = False,
) -> None:
    """Measure a track: length, width, tightest corner, and road that overlaps itself.

    Ends with 1 where it can't be driven as it is.
    """
    opened = open_track(track)
    found = check_track(opened)
    if as_json:
        more = {
            "tightest_radius_m": round(found.tightest_radius_m, 3),
            "troubles": list(found.troubles),
        }
        typer.echo(json.dumps(_measures(opened) | more, indent=2))
    else:
        _say(found)
    raise typer.Exit(1 if found.troubles else 0)


def _measures(track: Track) -> dict[str, Any]:
    return {
        "name": track.name,
        "length_m": round(track.length_m, 3),
        "width_m": round(track.width_m, 3),
    }


def _say(found: TrackCheck) -> None:
    typer.echo(
        f"{found.name}: {found.length_m:.2f} m long, {found.width_m:.2f} m wide, "
        f"tightest corner {found.tightest_radius_m:.2f} m."
    )
    for trouble in found.troubles:
        typer.echo(trouble)
    if not found.troubles:
        typer.echo("It can be driven.")
