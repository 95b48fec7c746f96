"""``paddock backup`` and ``paddock restore``: carry a server's data away, and put it back."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Annotated

import typer

from timing_server.adapters.folder.data_folder import DataFolder, locked_data_folder
from timing_server.adapters.folder.snapshots import (
    check_snapshot,
    restore_snapshot,
    take_snapshot,
    venue_key_of,
)
from timing_server.contract.config_file import load_settings
from timing_server.settings import ServerSettings

backup_app = typer.Typer(add_completion=False, rich_markup_mode="markdown")
restore_app = typer.Typer(add_completion=False, rich_markup_mode="markdown")

_Data = Annotated[
    Path | None, typer.Option(help="The server's data folder. Default: as for paddock serve.")
]
_Config = Annotated[
    Path | None, typer.Option(help="Settings file; table [server]. Default: paddock.toml.")
]


@backup_app.command(epilog="Example: paddock backup --out /media/stick/friday.sqlite3")
def backup(
    out: Annotated[
        Path | None,
        typer.Option(help="File to write. Default: paddock-DATE-TIME.sqlite3 in this folder."),
    ] = None,
    data: _Data = None,
    config: _Config = None,
) -> None:
    """Copy everything the server holds into one file, also while a race runs.

    The copy is of one instant and complete: events, log, names, credentials, and the key by which
    bundles prove that they are this venue's. Keep it to yourself.
    The server itself takes one after each heat, into the folder 'backups' of its data folder; those
    are without the key, which lies beside them.
    """
    folder = _folder(data, config)
    target = out or Path(f"paddock-{_stamp()}.sqlite3")
    take_snapshot(folder.database_file, target, folder.read_venue_key())
    found = check_snapshot(target)
    typer.echo(
        f"{target}: {found.facts} facts in {found.streams} streams, "
        f"{target.stat().st_size / 1_000_000:.1f} MB, every chain intact."
    )


@restore_app.command(epilog="Example: paddock restore friday.sqlite3")
def restore(
    file: Annotated[Path, typer.Argument(help="A backup that paddock backup made.")],
    data: _Data = None,
    config: _Config = None,
) -> None:
    """Put a backup in the place of the server's data; stop the server first.

    The backup is checked whole before anything is touched, and what was there is kept beside it.
    Timing nodes send again whatever they saw since the backup was made.
    """
    found = check_snapshot(file)
    with locked_data_folder(_folder(data, config).path) as folder:
        aside = restore_snapshot(file, folder.database_file, f"before-restore-{_stamp()}.sqlite3")
        venue_key = venue_key_of(file)
        if venue_key is not None:
            folder.write_venue_key(venue_key)
    typer.echo(f"Restored {found.facts} facts in {found.streams} streams from {file}.")
    if aside is not None:
        typer.echo(f"What was there before is kept in {aside}.")


def _folder(data: Path | None, config: Path | None) -> DataFolder:
    settings = load_settings(ServerSettings, "server", path=config, data_dir=data)
    return DataFolder(settings.data_dir)


def _stamp() -> str:
    return datetime.now(UTC).strftime("%Y%m%d-%H%M%S")
