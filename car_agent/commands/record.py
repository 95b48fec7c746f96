"""``paddock car record``: the black box's records, for people without a server."""

import json
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from car_agent.errors import RecordTroubleError

if TYPE_CHECKING:
    from car_agent.blackbox.describe import RecordSummary
    from car_agent.settings import CarSettings

record_app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="List, show and export what the car's black box recorded, one file per heat.",
)

_Which = Annotated[
    str,
    typer.Argument(
        metavar="RECORD",
        help="A file, or a record of this car by the beginning of its name; 'last' is the newest.",
    ),
]
_JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON.")]


@record_app.command("list", epilog="Example: paddock car --car-id red record list")
def list_records(ctx: typer.Context, as_json: _JsonOption = False) -> None:
    """List this car's records, the oldest first: of which heat, how large, whether it was fetched.

    Race control fetches them after the heat; what was fetched goes first when room is needed.
    """
    from car_agent.blackbox.describe import list_line, listing  # noqa: PLC0415 - quick help

    found = listing(_settings(ctx))
    if as_json:
        typer.echo(json.dumps(found, indent=2))
        return
    if not found:
        typer.echo("No records yet: each heat that this car drives makes one.")
    for each in found:
        typer.echo(list_line(each))


@record_app.command(epilog="Example: paddock car --car-id red record show last")
def show(ctx: typer.Context, record: _Which, as_json: _JsonOption = False) -> None:
    """Show what a record holds: heat, model, latency from picture to wheels, what was lost.

    A file that a power cut left without its end is read as far as it goes.
    """
    from car_agent.blackbox.describe import describe, summarise  # noqa: PLC0415 - quick help

    summary: RecordSummary = summarise(_find(ctx, record))
    if as_json:
        typer.echo(summary.model_dump_json(indent=2))
        return
    for line in describe(summary):
        typer.echo(line)


@record_app.command(epilog="Example: paddock car --car-id red record export last -o heat.mcap")
def export(
    ctx: typer.Context,
    record: _Which,
    out: Annotated[
        Path, typer.Option("--out", "-o", help="The .mcap file, or a folder for --csv.")
    ],
    as_csv: Annotated[
        bool,
        typer.Option("--csv", help="A folder with a CSV file per kind of row, and the pictures."),
    ] = False,
) -> None:
    """Write a record as a whole MCAP file, which Foxglove and others open, or as CSV and JPEG.

    What a power cut cut off is left out. Nothing that is there is overwritten.
    """
    from car_agent.blackbox.describe import export_csv  # noqa: PLC0415 - quick help
    from car_agent.blackbox.salvage import salvage  # noqa: PLC0415 - likewise

    path = _find(ctx, record)
    if out.exists():
        raise RecordTroubleError(f"{out} is there already; choose another name.")
    try:
        rows = export_csv(path, out) if as_csv else salvage(path, out)
    except OSError as error:
        if isinstance(error, RecordTroubleError):
            raise
        raise RecordTroubleError(f"{out} can't be written ({error.strerror}).") from error
    typer.echo(f"{rows} rows written to {out}.")


def _find(ctx: typer.Context, which: str) -> Path:
    from car_agent.blackbox.describe import record_files  # noqa: PLC0415 - quick help

    path = Path(which)
    if path.is_file():
        return path
    files = record_files(_settings(ctx))
    found = (
        files[-1:] if which == "last" else [each for each in files if each.name.startswith(which)]
    )
    if len(found) == 1:
        return found[0]
    if found:
        raise RecordTroubleError(
            f"{len(found)} records begin with '{which}'; say more of its name."
        )
    raise RecordTroubleError(f"There is no record '{which}'; 'paddock car record list' shows them.")


def _settings(ctx: typer.Context) -> "CarSettings":
    found: CarSettings = ctx.obj()
    return found
