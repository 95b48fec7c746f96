"""``paddock track photo`` and ``track import``: a mat's photo, or somebody else's file, as a track.

Both read what strangers may have sent, and lay limits on themselves first.
"""

import json
from pathlib import Path
from typing import Annotated

import typer

from hardware.limits import limit_process
from hardware.virtual.errors import TrackFileError, TrackPhotoError
from timing_server.contract.server.tracks import MAX_FILE_BYTES, TrackDocument

_MEMORY_BYTES = 1536 * 2**20
_CPU_S = 60
_WALL_S = 90

Out = Annotated[Path, typer.Option(help="The .track file to write.")]
Name = Annotated[str | None, typer.Option(help="What the track is called; else the file's name.")]
AsJson = Annotated[bool, typer.Option("--json", help="As JSON.")]


def photo(
    picture: Annotated[Path, typer.Argument(help="A JPEG or PNG of the mat.")],
    corner: Annotated[
        list[str],
        typer.Option(
            help="Where the photo shows a corner of a rectangle that you measured: X,Y in pixels, "
            "or as fractions of its width and height. Four times, clockwise from the upper left."
        ),
    ],
    width_m: Annotated[float, typer.Option(help="The rectangle's width: upper left to right.")],
    height_m: Annotated[float, typer.Option(help="Its height: upper right to lower right.")],
    out: Out,
    reach_m: Annotated[
        float, typer.Option(min=0.0, max=20.0, help="How much ground beyond it is wanted.")
    ] = 0.3,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Make a track of a photo of the mat: its ground from above, and the road seen on it."""
    import cv2  # noqa: PLC0415 - loaded before the limits, which it would count against

    from hardware.virtual.tracks.photo.proposal import NOTES, propose  # noqa: PLC0415
    from hardware.virtual.tracks.photo.straighten import (  # noqa: PLC0415
        MAX_PHOTO_BYTES,
        Taps,
    )

    cv2.setNumThreads(1)
    taps = Taps([_place(each) for each in corner], width_m, height_m, reach_m)
    limit_process(_MEMORY_BYTES, _CPU_S, _WALL_S, MAX_FILE_BYTES)
    content = _read(picture, MAX_PHOTO_BYTES + 1)
    try:
        proposal = propose(content, taps, _named(name, picture))
    except (MemoryError, cv2.error) as error:
        message = "The photo is too large, or can't be straightened; send a smaller one."
        raise TrackPhotoError(message) from error
    _write(out, proposal.document)
    if as_json:
        typer.echo(json.dumps({"notes": proposal.notes}))
        return
    for note in proposal.notes:
        typer.echo(NOTES[note])
    typer.echo(
        f"{out} is written. Correct it on the server's page /tracks, or drive on it as it is."
    )


def import_track(
    file: Annotated[Path, typer.Argument(help="A .npy file of N×6 metres, or a .track.")],
    out: Out,
    name: Name = None,
    as_json: AsJson = False,
) -> None:
    """Make a track of a file that others made: points to change, width, and the ground's picture.

    A community file holds lines, not points: those that make its centre line again are found.
    """
    import cv2  # noqa: PLC0415 - loaded before the limits, which it would count against

    from hardware.virtual.tracks.importing import imported  # noqa: PLC0415 - likewise

    cv2.setNumThreads(1)
    limit_process(_MEMORY_BYTES, _CPU_S, _WALL_S, MAX_FILE_BYTES)
    try:
        document, away_m = imported(file, _named(name, file))
    except MemoryError as error:
        raise TrackFileError(f"{file.name} is too large for a track file.") from error
    _write(out, document)
    if as_json:
        typer.echo(json.dumps({"farthest_m": round(away_m, 3), "notes": []}))
    else:
        typer.echo(f"{out} is written; its line strays {away_m:.3f} m at most.")


def _place(words: str) -> tuple[float, float]:
    try:
        x, y = (float(each) for each in words.split(","))
    except ValueError as error:
        raise typer.BadParameter(f"'{words}' is no X,Y") from error
    return x, y


def _read(path: Path, most_bytes: int) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(most_bytes)
    except OSError as error:
        raise TrackPhotoError(f"{path} can't be read: {error.strerror or error}.") from error


def _named(name: str | None, path: Path) -> str:
    plain = "".join(char for char in name or path.stem if char.isprintable()).strip()
    return plain[:40] or "Track"


def _write(path: Path, document: TrackDocument) -> None:
    try:
        path.write_text(document.model_dump_json(exclude_none=True), encoding="utf-8")
    except OSError as error:
        raise TrackFileError(f"{path} can't be written: {error.strerror or error}.") from error
