"""The ``paddock`` command: one door to every process, each opened only when it is asked for.

A car has no server packages and a server no model runtime, so that each command's module is
imported when the command runs (decision 13); ``--help`` shows the sentences of this table.
"""

import importlib
import sys
from dataclasses import dataclass
from importlib.metadata import version
from typing import Annotated, Any

import typer
from typer.core import TyperCommand, TyperGroup

from timing_server.contract.errors import PaddockError


class MissingPackagesError(PaddockError, ImportError):
    """A command was asked for whose packages are not installed on this machine."""


@dataclass(frozen=True, slots=True)
class LazyCommand:
    """Where a command lives, the extra that installs what it needs, and its line in --help."""

    module: str
    app: str
    extra: str
    summary: str


COMMANDS = {
    "demo": LazyCommand(
        "timing_server.launcher.cli", "demo_app", "race", "Race four virtual cars on this machine."
    ),
    "serve": LazyCommand(
        "timing_server.serve_cli",
        "serve_app",
        "server",
        "Run the timing server, board and control.",
    ),
    "backup": LazyCommand(
        "timing_server.backup_cli", "backup_app", "server", "Copy a server's data into one file."
    ),
    "restore": LazyCommand(
        "timing_server.backup_cli", "restore_app", "server", "Put a backup back."
    ),
    "results": LazyCommand(
        "timing_server.results_cli",
        "results_app",
        "server",
        "Export an event's results, and compute or check them anew elsewhere.",
    ),
    "node": LazyCommand(
        "hardware.cli", "node_app", "node", "Run the timing node that reads the lap sensors."
    ),
    "car": LazyCommand("car_agent.cli", "car_app", "car", "Drive a car with an ONNX model."),
    "stock-car": LazyCommand(
        "car_agent.stock.cli",
        "stock_car_app",
        "car",
        "Drive a stock DeepRacer through its own console.",
    ),
    "model": LazyCommand(
        "car_agent.commands.models", "model_app", "car", "Show and make models for cars."
    ),
    "evaluate": LazyCommand(
        "car_agent.simulation.cli",
        "evaluate_app",
        "race",
        "Let a model drive laps on a virtual track, by the league's rules.",
    ),
    "worker": LazyCommand(
        "car_agent.worker.cli",
        "worker_app",
        "race",
        "Drive the models that are submitted to virtual races.",
    ),
    "camera": LazyCommand(
        "car_agent.matching.cli",
        "camera_app",
        "race",
        "Find from a car's record how its camera is mounted and how late it steers.",
    ),
    "train": LazyCommand(
        "car_agent.training.cli",
        "train_app",
        "train",
        "Train a model by your reward function on a virtual track.",
    ),
    "reward": LazyCommand(
        "car_agent.training.reward_cli",
        "reward_app",
        "race",
        "Try reward functions out before training: faults, one place, two of them.",
    ),
    "track": LazyCommand(
        "hardware.virtual.track_cli", "track_app", "venue", "List, check and make virtual tracks."
    ),
    "venue": LazyCommand(
        "timing_server.venue_cli",
        "venue_app",
        "venue",
        "Run the virtual venue, or make a Raspberry Pi the machine at a real track.",
    ),
}


class LazyGroup(TyperGroup):
    """A command group that imports a command's module when the command is used."""

    def list_commands(self, ctx: Any) -> list[str]:  # noqa: ARG002 - typer's signature
        """Return the commands in the order in which a newcomer meets them."""
        return list(COMMANDS)

    def get_command(self, ctx: Any, cmd_name: str) -> Any:
        """Import and return a command; for the overview, its line is enough."""
        entry = COMMANDS.get(cmd_name)
        if entry is None:
            return None
        if ctx.resilient_parsing or _wants_overview():
            return TyperCommand(name=cmd_name, help=entry.summary)
        try:
            app = getattr(importlib.import_module(entry.module), entry.app)
        except ModuleNotFoundError as error:
            message = (
                f"'paddock {cmd_name}' needs packages that are not installed here ({error.name}): "
                f"run pip install -c constraints.txt -e '.[{entry.extra}]' in Paddock's folder."
            )
            raise MissingPackagesError(message) from error
        command = typer.main.get_command(app)
        command.name = cmd_name
        return command


def _wants_overview() -> bool:
    """Say whether only the list of commands is asked for, which needs none of them."""
    return len(sys.argv) < 2 or sys.argv[1] in {"--help", "-h"}


app = typer.Typer(
    cls=LazyGroup,
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    context_settings={"help_option_names": ["-h", "--help"]},
    help="Paddock times local races of self-driving model cars. Start with: paddock demo",
)


def _print_version(is_wanted: bool) -> None:
    if is_wanted:
        typer.echo(f"paddock {version('paddock')}")
        raise typer.Exit


@app.callback()
def paddock(
    _version: Annotated[
        bool,
        typer.Option(
            "--version", help="Print the release and end.", callback=_print_version, is_eager=True
        ),
    ] = False,
) -> None:
    """Hold the options that come before a command."""


def main() -> None:
    """Run the command line; an error meant for a person ends as one sentence, not a traceback."""
    try:
        app()
    except PaddockError as error:
        typer.echo(f"paddock: {error}", err=True)
        sys.exit(error.exit_code)
