"""``paddock camera``: what a record tells of a real car's camera and delays."""

from collections.abc import Iterator
from math import degrees
from pathlib import Path
from typing import Annotated

import typer

from car_agent.matching.measure import Measurement, measure
from car_agent.matching.pictures import write_pictures
from car_agent.models.files import write_whole
from hardware.virtual.world.track_files import open_track

camera_app = typer.Typer(add_completion=False, no_args_is_help=True)


@camera_app.callback()
def camera() -> None:
    """Make the virtual track look as a real car sees it."""


@camera_app.command(epilog="Example: paddock camera match --record heat.mcap --track demo")
def match(
    record: Annotated[
        Path,
        typer.Option(
            metavar="FILE", help="A black box's .mcap file ('paddock car record export')."
        ),
    ],
    track: Annotated[
        str, typer.Option(help="The track that it was driven on: a name, or a file.")
    ] = "demo",
    out: Annotated[Path, typer.Option(metavar="FILE", help="The .json file to write.")] = Path(
        "car.json"
    ),
    pictures: Annotated[
        Path | None,
        typer.Option(
            metavar="FOLDER",
            help="Write real.png, drawn.png and measured.png there: what the car saw, and what the "
            "virtual camera sees before and after.",
        ),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="Print what stands in the file instead of words.")
    ] = False,
) -> None:
    """Find how a real car's camera is mounted, what it sees, and how late commands come.

    From the pictures that its black box kept while the car stood on the grid: the virtual camera
    is moved until it sees the same. How late a command reached the wheels stands in the record.
    Then train and evaluate --as-measured with the file.
    """
    opened = open_track(track)
    found = measure(record, opened)
    if pictures is not None:
        write_pictures(pictures, opened, found.car, found.start, found.found)
    write_whole(out, (found.car.model_dump_json(indent=2) + "\n").encode())
    if as_json:
        typer.echo(found.car.model_dump_json(indent=2))
        return
    for line in _in_words(found):
        typer.echo(line)
    typer.echo(f"Wrote {out}. Next: paddock evaluate --as-measured {out} --stress --model …")


def _in_words(found: Measurement) -> Iterator[str]:
    camera, ground, late, fit = (
        found.car.camera,
        found.car.ground,
        found.car.latency,
        found.car.fit,
    )
    yield f"pitch          {degrees(camera.pitch_rad):.1f}° down (usual: 15.0°)"
    yield f"height         {camera.height_m * 1000:.0f} mm (usual: 130 mm)"
    yield f"field of view  {degrees(camera.field_of_view_rad):.1f}° across (usual: 64.7°)"
    yield (
        f"brightness     road {ground.road:.0f}, borders {ground.border:.0f}, field "
        f"{ground.field:.0f} of 255; noise {ground.noise:.1f}"
    )
    if late is None:
        yield "latency        not in the record: too few commands reached the wheels"
    else:
        yield (
            f"latency        {late.latency_s * 1000:.0f} ms from picture to wheels, give or take "
            f"{late.jitter_s * 1000:.0f}; {late.loss_frac:.1%} of pictures without a command"
        )
    if fit is not None:
        yield (
            f"fit            {fit.pictures} pictures, off by {fit.after_levels:.1f} grey levels; "
            f"{fit.before_levels:.1f} with the usual camera"
        )
    if not found.has_dashes:
        yield "               without the centre line, whose dashes are not as drawn"
    yield "Not to be told from a standing car: where the camera sits along it, and whether it looks"
    yield "aside. What motor and servo add to the latency isn't in the record either."
