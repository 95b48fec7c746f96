"""``paddock results``: carry an event's results away, and check or compute them anew elsewhere."""

import io
import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Annotated

import typer

from display.catalogues import catalogue
from timing_server.adapters.errors import DataFolderError
from timing_server.adapters.folder.data_folder import DataFolder
from timing_server.adapters.folder.known_venues import KnownVenues, default_known_venues_file
from timing_server.adapters.folder.venue_key import open_venue_key
from timing_server.adapters.sqlite.database import open_database
from timing_server.adapters.sqlite.store import SqlStore
from timing_server.contract.config_file import load_settings
from timing_server.contract.errors import SettingsError
from timing_server.contract.race.sheets import EventResults
from timing_server.formats.presets import PRESETS
from timing_server.main import open_folder
from timing_server.service.exports.award_book import awards_of
from timing_server.service.exports.csv_file import laps_csv, results_csv
from timing_server.service.exports.html_file import results_html
from timing_server.service.exports.printing import printed
from timing_server.service.exports.sheets import tell
from timing_server.service.exports.wording import Wording
from timing_server.service.office import Caller
from timing_server.service.results.archive import read_bundle, write_bundle
from timing_server.service.results.bundle import make_bundle
from timing_server.service.results.checking import CheckedBundle
from timing_server.service.results.errors import BundleError
from timing_server.service.results.exporting import check_own, imported_key_of, read_export
from timing_server.service.results.files import files_of, told_of
from timing_server.service.results.importing import import_bundle
from timing_server.service.results.report import Document, rebuilt_report, report_lines
from timing_server.service.results.rescoring import preset_of, rescored_report
from timing_server.service.results.seals import Sealer, fingerprint
from timing_server.service.results.trust import check_trusted
from timing_server.settings import ServerSettings
from timing_server.virtual_proof import prove_runs, shelf_of

results_app = typer.Typer(add_completion=False, no_args_is_help=True, rich_markup_mode="markdown")

#: Who imports at the terminal, in the log.
_IMPORTER = "terminal"
Write = Callable[[EventResults, Wording], bytes]
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
    epilog="Example: paddock results export --event 'Friday league' --bundle f.zip --pdf f.pdf"
)
def export(
    event: Annotated[str, typer.Option("--event", help="The event's id, or its exact name.")],
    bundle: Annotated[
        Path | None, typer.Option(help="Write log, plan and names, signed, into this file.")
    ] = None,
    csv: Annotated[Path | None, typer.Option(help="Write every row of every stage as CSV.")] = None,
    laps: Annotated[Path | None, typer.Option(help="Write every lap as CSV.")] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write all results as JSON.")
    ] = None,
    html: Annotated[
        Path | None, typer.Option(help="Write the event as one HTML file that needs nothing else.")
    ] = None,
    pdf: Annotated[Path | None, typer.Option(help="Write the results to print.")] = None,
    heats: Annotated[Path | None, typer.Option(help="Write a sheet for each heat, as PDF.")] = None,
    drivers: Annotated[
        Path | None, typer.Option(help="Write a sheet for each driver, as PDF.")
    ] = None,
    certificates: Annotated[
        Path | None, typer.Option(help="Write certificates for all who drove, as PDF.")
    ] = None,
    language: Annotated[str, typer.Option("--lang", help="Language of pages: en or es.")] = "en",
    with_models: Annotated[
        bool,
        typer.Option("--with-models", help="With the models of virtual runs: ask drivers first."),
    ] = False,
    data: _Data = None,
    config: _Config = None,
) -> None:
    """Write an event's results into files, also while the server runs.

    Files hold display names only. A bundle holds the event's whole log with its hash chain,
    sealed with the venue's key, so that anybody can compute the same standings from it, and find
    out whether somebody changed it. Tracks of virtual runs that are no designs go along.
    """
    files: dict[Path | None, Write] = {
        csv: lambda told, _: results_csv(told),
        laps: lambda told, _: laps_csv(told),
        json_file: lambda told, _: told.model_dump_json(indent=1).encode(),
        html: results_html,
        pdf: printed("results"),
        heats: printed("heats"),
        drivers: printed("drivers"),
        certificates: printed("certificates"),
    }
    wanted = {path: write for path, write in files.items() if path is not None}
    if bundle is None and not wanted:
        raise SettingsError("Say what to write, such as --bundle FILE or --pdf FILE.")
    folder = _folder(data, config)
    key = open_venue_key(folder)
    shown_key = fingerprint(key.public_key)
    with _store(folder) as store:
        found = read_export(store, event, _now_utc(), version("paddock"))
        imported_key = imported_key_of(store, found.state.stream)
        if bundle is not None:
            check_own(imported_key)
            with shelf_of(None, folder) as shelf:
                carried = files_of(found.state, shelf.model, shelf.track, with_models=with_models)
            found = replace(found, files=carried)
        told = tell(found, imported_key or shown_key, awards_of(store, found.state, found.registry))
    words = Wording(language, catalogue(language))
    for path, write in wanted.items():
        _write_file(path, write(told, words))
        typer.echo(f"{path} written.")
    if bundle is not None:
        packed = io.BytesIO()
        write_bundle(make_bundle(found, Sealer(key)), packed)
        _write_file(bundle, packed.getvalue())
        typer.echo(
            f"{bundle}: {len(found.lines)} facts{told_of(found.files)}, venue key {shown_key}."
        )


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


@results_app.command(epilog="Example: paddock results verify friday.paddock.zip --models models/")
def verify(
    file: _BundleFile,
    venue_key: _VenueKey = None,
    models: Annotated[
        Path | None,
        typer.Option(help="Folder of .onnx files, to drive virtual runs again with."),
    ] = None,
    heat: Annotated[
        list[int] | None,
        typer.Option(
            metavar="N", help="Drive only this heat's run again; may be given repeatedly."
        ),
    ] = None,
    data: _Data = None,
    config: _Config = None,
    strict: Annotated[
        bool, typer.Option("--strict", help="End with 1 also where a run can't be compared here.")
    ] = False,
) -> None:
    """Check a bundle: every fact's hash and seal, names, plan, whose word it is, and virtual runs.

    Each virtual run is driven again, with its model from the bundle, from --models or from the
    server's data, and must come out bit-identical on the same simulator. On another one it is not
    comparable, and what differs is shown. Ends with 1 where a run isn't what its model, track and
    seed give.
    """
    checked = _checked(file, venue_key)
    name = checked.registry.event_names[checked.manifest.event_id]
    typer.echo(f"{name}: {checked.manifest.facts} facts, all as the venue sealed them.")
    typer.echo(f"Event {checked.manifest.event_id}, exported {checked.manifest.exported_utc}.")
    typer.echo(f"Venue key {checked.venue_key}.")
    settings = load_settings(ServerSettings, "server", path=config, data_dir=data)
    with shelf_of(models, DataFolder(settings.data_dir), checked) as shelf:
        prove_runs(checked, shelf, typer.echo, heats=heat or (), is_strict=strict)


@results_app.command(
    "import", epilog="Example: paddock results import friday.paddock.zip --venue-key 3f2a-…"
)
def import_event(
    file: _BundleFile,
    venue_key: _VenueKey = None,
    data: Annotated[
        Path | None, typer.Option(help="The data folder that takes the event in.")
    ] = None,
    config: _Config = None,
) -> None:
    """Read an event of another venue into a server's data; stop that server first.

    While it runs, send the file to POST /api/v1/events/import instead. The event is shown and
    ranked like an own one, and nothing can be added to it.
    """
    checked = _checked(file, venue_key)
    settings = load_settings(ServerSettings, "server", path=config, data_dir=data)
    with open_folder(settings) as (_, kit):
        import_bundle(kit.office, Caller(_IMPORTER), checked).result()
    typer.echo(
        f"{checked.registry.event_names[checked.manifest.event_id]} is in {settings.data_dir}."
    )


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


def _write_file(path: Path, content: bytes) -> None:
    try:
        path.write_bytes(content)
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
    for line in report_lines(report):
        typer.echo(line)


def _now_utc() -> str:
    return datetime.now(UTC).isoformat(timespec="seconds")
