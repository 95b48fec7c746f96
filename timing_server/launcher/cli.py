"""``paddock demo``: the whole of Paddock on one machine, with cars that drive themselves."""

import logging
import shutil
import signal
import tempfile
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import structlog
import typer

from timing_server.contract.config_file import load_settings
from timing_server.contract.errors import PaddockError, SettingsError
from timing_server.launcher.demo import run_demo, run_headless
from timing_server.launcher.settings import DemoSettings

demo_app = typer.Typer(add_completion=False, rich_markup_mode="markdown")


@demo_app.command(
    epilog="Example: paddock demo --headless --seed 7 --window-s 30 --json out.json --bundle b.zip"
)
def demo(
    headless: Annotated[
        bool, typer.Option("--headless", help="One round without a browser, then end by itself.")
    ] = False,
    heats: Annotated[
        int | None, typer.Option(help="How many of the four drivers race; the wild one is last.")
    ] = None,
    window_s: Annotated[
        int | None, typer.Option("--window-s", help="Each driver's window in seconds.")
    ] = None,
    seed: Annotated[int | None, typer.Option(help="Seed of the virtual venue.")] = None,
    track: Annotated[
        str | None, typer.Option(help="Track to race on: a design's name, a .track or .npy file.")
    ] = None,
    model: Annotated[
        Path | None,
        typer.Option(help="Another ONNX model for the first car (DeepRacer's shape or Paddock's)."),
    ] = None,
    json_file: Annotated[
        Path | None, typer.Option("--json", help="Write standings and counts to this file.")
    ] = None,
    bundle_file: Annotated[
        Path | None,
        typer.Option("--bundle", help="Headless: write the event's signed log to this file."),
    ] = None,
    data: Annotated[
        Path | None, typer.Option(help="The demo's own folder; headless: a new one, then removed.")
    ] = None,
    port: Annotated[int | None, typer.Option(help="Port of the board; 0 takes a free one.")] = None,
    host: Annotated[str | None, typer.Option(help="Address to listen on.")] = None,
    no_browser: Annotated[
        bool, typer.Option("--no-browser", help="Don't open the board by itself.")
    ] = False,
) -> None:
    """Race four virtual cars: real server, real timing node, real models; only devices are virtual.

    Every process is what a real race runs, on loopback instead of Wi-Fi. The board's address, a
    QR of it and the code for control are printed first; Ctrl-C ends everything.
    """
    if bundle_file is not None and not headless:
        raise SettingsError("--bundle goes with --headless: a demo without end has no last fact.")
    if model is not None and not model.is_file():
        raise SettingsError(f"There is no model file {model}; --model wants an .onnx file.")
    if track is not None and Path(track).suffix and not Path(track).is_file():
        raise SettingsError(f"There is no track file {track}; --track wants a .track or .npy file.")
    signal.signal(signal.SIGTERM, _interrupt)
    structlog.configure(wrapper_class=structlog.make_filtering_bound_logger(logging.WARNING))
    given: dict[str, Any] = {
        "heats": heats,
        "window_s": window_s,
        "seed": seed,
        "model": model,
        "track": track,
        "host": host,
    }
    try:
        if headless:
            _headless(given, data, port, (json_file, bundle_file))
        else:
            settings = load_settings(DemoSettings, "demo", data_dir=data, port=port, **given)
            run_demo(settings, typer.echo, opens_browser=not no_browser)
    except KeyboardInterrupt:
        typer.echo("\nThe demo has ended; what was raced is kept for the next start.")


def _headless(
    given: dict[str, Any],
    data: Path | None,
    port: int | None,
    files: tuple[Path | None, Path | None],
) -> None:
    """Race on a free port in a folder of its own, removed when all went well.

    ``files`` are where the report and the bundle go.
    """
    own = Path(tempfile.mkdtemp(prefix="paddock-demo-")) if data is None else None
    quick = {"host": given["host"] or "127.0.0.1", "port": port or 0}
    pauses = {"call_s": 0.5, "result_s": 0.2, "podium_s": 0.0}
    told = {**given, **quick, **pauses}
    settings = load_settings(DemoSettings, "demo", data_dir=data or own, **told)
    try:
        run_headless(settings, typer.echo, *files)
    except PaddockError:
        if own is not None and any((own / "logs").glob("*.log")):
            typer.echo(f"What the processes printed is in {own / 'logs'}.", err=True)
            own = None
        raise
    finally:
        if own is not None:
            shutil.rmtree(own, ignore_errors=True)


def _interrupt(_signal: int, _frame: FrameType | None) -> None:
    """Treat a polite end as Ctrl-C, so that the processes are ended in order."""
    raise KeyboardInterrupt
