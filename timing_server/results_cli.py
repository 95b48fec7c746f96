"""``paddock results``: carry an event's results away, and check or compute them anew elsewhere."""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from timing_server.adapters.data_folder import DataFolder
from timing_server.adapters.database import open_database
from timing_server.adapters.errors import DataFolderError
from timing_server.adapters.known_venues import KnownVenues, default_known_venues_file
from timing_server.adapters.store import SqlStore
from timing_server.adapters.venue_key import open_venue_key
from timing_server.contract.config_file import load_settings
from timing_server.contract.errors import SettingsError
from timing_server.formats.presets import PRESETS
from timing_server.service.exports.times import shown_worth
from timing_server.service.results.archive import read_bundle, write_bundle
from timing_server.service.results.bundle import Export, make_bundle
from timing_server.service.results.checking import CheckedBundle
from timing_server.service.results.errors import BundleError
from timing_server.service.results.exporting import read_export
from timing_server.service.results.report import Document, rebuilt_report
from timing_server.service.results.rescoring import preset_of, rescored_report
from timing_server.service.results.seals import Sealer, fingerprint
from timing_server.service.results.trust import check_trusted
from timing_server.settings import ServerSettings

results_app = typer.Typer(add_completion=False, no_args_is_help=True)

_BundleFile = Annotated[Path, typer.Argument(help="A bundle that paddock results export wrote.")]
_Data = Annotated[
    Path | None, typer.Option(help="The server's data folder. Default: as for paddock serve.")
]
_Config = Annotated[
    Path | None, typer.Option(help="Settings file; table [server]. Default: paddock.toml.")
]
_VenueKey = Annotated[
    str | None,
    typer.Option(
        "--venue-key",
        help="Fingerprint of the venue's key, as its results pages and exports show it. "
        "Without it, the key that vouched for the event the first time.",
    ),
]
_AsJson = Annotated[bool, typer.Option("--json", help="Print JSON instead of a table.")]


@results_app.command(
    epilog="Example: paddock results export --event 1f0c… --bundle friday.paddock.zip"
)
def export(
    event: Annotated[str, typer.Option("--event", help="The event's id, or its exact name.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Write log, plan and names, signed, into this file.")
    ] = None,
    data: _Data = None,
    config: _Config = None,
) -> None:
    """Write an event's results into files, also while the server runs.

    A bundle holds the event's whole log with its hash chain, sealed with the venue's key, so that
    anybody can compute the same standings from it, and find out whether somebody changed it.
    """
    if bundle is None:
        raise SettingsError("Say what to write: --bundle FILE.")
    folder = _folder(data, config)
    with _store(folder) as store:
        found = read_export(store, event, _now_utc(), version("paddock"))
    key = open_venue_key(folder)
    _write_bundle(bundle, found, Sealer(key))
    typer.echo(f"{bundle}: {len(found.lines)} facts, venue key {fingerprint(key.public_key)}.")


@results_app.command(epilog="Example: paddock results rebuild friday.paddock.zip --json")
def rebuild(file: _BundleFile, venue_key: _VenueKey = None, as_json: _AsJson = False) -> None:
    """Compute an event's standings anew from its bundle's log alone, offline, on any machine.

    Ends with an error that names the first fact that was changed, where one was: the chain of
    hashes tells, and where that was computed anew, the venue's seals do. The JSON is that of
    paddock demo --json, with what the log can't know left out.
    """
    checked = _checked(file, venue_key)
    _print_report(rebuilt_report(checked), is_json=as_json)


@results_app.command(
    epilog="Example: paddock results score friday.paddock.zip --preset campus_2s --json"
)
def score(
    file: _BundleFile,
    preset: Annotated[
        str, typer.Option("--preset", help=f"One of {', '.join(PRESETS)}, or how it begins.")
    ],
    venue_key: _VenueKey = None,
    as_json: _AsJson = False,
) -> None:
    """Rank a bundle's whole log again under other rules, without touching it.

    The bundle is checked as by paddock results rebuild. The answer has the same JSON, and names
    who would stand elsewhere.
    """
    rules = preset_of(preset)
    checked = _checked(file, venue_key)
    report = rescored_report(checked.state, checked.registry, rules)
    _print_report(report, is_json=as_json)
    if not as_json:
        typer.echo(f"\nUnder '{rules.title}' {len(report['moved'])} would stand elsewhere.")


@results_app.command(epilog="Example: paddock results verify friday.paddock.zip")
def verify(file: _BundleFile, venue_key: _VenueKey = None) -> None:
    """Check a bundle: every fact's hash and seal, names, plan, and whose word it is."""
    checked = _checked(file, venue_key)
    name = checked.registry.event_names[checked.manifest.event_id]
    typer.echo(f"{name}: {checked.manifest.facts} facts, all as the venue sealed them.")
    typer.echo(f"Event {checked.manifest.event_id}, exported {checked.manifest.exported_utc}.")
    typer.echo(f"Venue key {checked.venue_key}.")


def _folder(data: Path | None, config: Path | None) -> DataFolder:
    settings = load_settings(ServerSettings, "server", path=config, data_dir=data)
    folder = DataFolder(settings.data_dir)
    if not folder.database_file.is_file():
        raise DataFolderError(f"There are no races in {folder.path}; name a folder with --data.")
    return folder


@contextmanager
def _store(folder: DataFolder) -> Iterator[SqlStore]:
    """Read a folder's database beside a server that may be using it."""
    store = SqlStore(open_database(folder.database_file))
    try:
        yield store
    finally:
        store.close()


def _write_bundle(path: Path, found: Export, sealer: Sealer) -> None:
    try:
        with path.open("wb") as file:
            write_bundle(make_bundle(found, sealer), file)
    except OSError as error:
        raise DataFolderError(f"{path} can't be written: {error.strerror}.") from error


def _checked(path: Path, venue_key: str | None) -> CheckedBundle:
    """Read and check a bundle; what a person should know about trust goes to stderr."""
    try:
        with path.open("rb") as file:
            bundle = read_bundle(file)
    except FileNotFoundError as error:
        raise BundleError(f"There is no file {path}.") from error
    except IsADirectoryError as error:
        raise BundleError(f"{path} is a folder; name the bundle in it.") from error
    memory = KnownVenues(default_known_venues_file())
    checked, sentence = check_trusted(bundle, memory, venue_key)
    if sentence is not None:
        typer.echo(f"Note: {sentence}", err=True)
    return checked


def _print_report(report: Document, *, is_json: bool) -> None:
    if is_json:
        typer.echo(json.dumps(report, indent=2))
        return
    for stage in report["stages"]:
        typer.echo(f"\n{stage['title']} ({stage['format_name']})")
        for row in stage["standings"]:
            worth = shown_worth(row["value_us"], row["value_laps"])
            typer.echo(f"{row['rank']:>4}  {worth:>16}  {row['driver']}")


def _now_utc() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
