"""``paddock model`` brings, checks, shows and makes model files.

What reads and makes them is heavy to import, so that it is imported when a command runs.
"""

import importlib
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from car_agent.errors import CarSetupError, ModelError
from car_agent.training.networks.shapes import NETWORKS
from timing_server.contract.workshop import Network

if TYPE_CHECKING:
    from car_agent.models.intake.certificate import Verdict

model_app = typer.Typer(
    add_completion=False,
    no_args_is_help=True,
    rich_markup_mode="markdown",
    help="Bring, check, show and make model files.",
)

_CardOption = Annotated[
    Path | None,
    typer.Option("--card", metavar="FILE", help="The model's card, where it lies elsewhere."),
]
_MetadataOption = Annotated[
    Path | None,
    typer.Option(
        "--metadata", metavar="FILE", help="DeepRacer's metadata, where it lies elsewhere."
    ),
]
_DonkeycarOption = Annotated[
    bool,
    typer.Option(
        "--donkeycar", help="A Donkeycar model that answers angle and throttle in one output."
    ),
]
_JsonOption = Annotated[bool, typer.Option("--json", help="Print the verdict as JSON.")]


@model_app.command("import", epilog="Example: paddock model import model.tar.gz -o lap.onnx")
def bring(
    file: Annotated[
        Path, typer.Argument(help="An .onnx file, a DeepRacer model.tar.gz, or a frozen model.pb.")
    ],
    out: Annotated[Path, typer.Option("--out", "-o", help="The .onnx file to write.")],
    card: _CardOption = None,
    metadata: _MetadataOption = None,
    is_donkeycar: _DonkeycarOption = False,
    as_json: _JsonOption = False,
) -> None:
    """Bring a model: check it, convert it where it needs that, and write what drives.

    The card (what the model wants to see, and what its answers mean) goes inside the written
    file; 'paddock model show' prints it. The certificate names hashes and operators, and says how
    nearly the written file answers like the one brought.
    """
    from car_agent.models.files import write_whole  # noqa: PLC0415 - quick help

    verdict, content = _judged(file, card, metadata, is_donkeycar)
    if verdict.ok:
        write_whole(out, content)
    _say(verdict, as_json)


@model_app.command(epilog="Example: paddock model check model.tar.gz")
def check(
    file: Annotated[Path, typer.Argument(help="Whatever 'paddock model import' takes.")],
    card: _CardOption = None,
    metadata: _MetadataOption = None,
    is_donkeycar: _DonkeycarOption = False,
    as_json: _JsonOption = False,
) -> None:
    """Check whether a model may drive, in a process of its own with bounded memory and time.

    Ends with 0, or with 1 and one sentence why not. Nothing is written.
    """
    verdict, _ = _judged(file, card, metadata, is_donkeycar)
    _say(verdict, as_json)


def _judged(
    file: Path, card: Path | None, metadata: Path | None, is_donkeycar: bool
) -> tuple["Verdict", bytes]:
    """Return the verdict on a file and, where it is good, the ONNX file that drives."""
    from car_agent.models.intake.admit import admit  # noqa: PLC0415 - quick help
    from car_agent.models.intake.certificate import Verdict  # noqa: PLC0415 - likewise
    from car_agent.models.papers import papers_for  # noqa: PLC0415 - likewise

    try:
        admission = admit(file, papers_for(file, card, metadata, is_donkeycar=is_donkeycar))
    except ModelError as error:
        return Verdict(ok=False, reason=str(error)), b""
    return admission.verdict, admission.content


def _say(verdict: "Verdict", as_json: bool) -> None:
    """Print a verdict; end with 1 where it is bad."""
    from car_agent.models.describe import describe_certificate  # noqa: PLC0415 - numpy

    if as_json:
        typer.echo(verdict.model_dump_json(indent=2))
        raise typer.Exit(0 if verdict.ok else 1)
    if verdict.certificate is None or verdict.card is None:
        raise ModelError(verdict.reason or "The model can't be used.")
    for line in describe_certificate(verdict.certificate, verdict.card):
        typer.echo(line)


@model_app.command(epilog="Example: paddock model show lap.onnx")
def show(
    file: Annotated[Path, typer.Argument(help="Whatever 'paddock model import' takes.")],
    as_json: Annotated[bool, typer.Option("--json", help="The card alone, as JSON.")] = False,
) -> None:
    """Show what a model wants to see and what its answers mean, after a trial run.

    A model that couldn't drive is refused with the reason, exactly as 'paddock car' would.
    """
    from car_agent.models.describe import describe_model  # noqa: PLC0415 - heavy
    from car_agent.models.intake.open import read_admitted  # noqa: PLC0415 - heavy
    from car_agent.models.load import start_model  # noqa: PLC0415 - heavy

    read = read_admitted(file)
    if as_json:
        typer.echo(read.card.model_dump_json(indent=2))
        return
    for line in describe_model(read, start_model(read)):
        typer.echo(line)


@model_app.command(
    epilog="Example: paddock model clone --track demo --character balanced --seed 7 --out lap.onnx"
)
def clone(
    track: Annotated[str, typer.Option(help="The track to learn.")] = "demo",
    character: Annotated[
        str, typer.Option(help="How the expert drives: cautious, balanced, fast or wild.")
    ] = "balanced",
    seed: Annotated[
        int, typer.Option(min=0, help="The same seed makes the same model on the same machine.")
    ] = 1,
    out: Annotated[Path, typer.Option("--out", help="The .onnx file to write.")] = Path("lap.onnx"),
    shape: Annotated[
        str,
        typer.Option(
            help="paddock: card inside the file; deepracer: a list of actions, and its "
            "model_metadata.json beside the file."
        ),
    ] = "paddock",
    network: Annotated[
        Network,
        typer.Option(
            help="small, or DeepRacer's shallow network, which takes several times longer."
        ),
    ] = "small",
) -> None:
    """Make a model: an expert drives the virtual track, a network learns to do as it does.

    Takes a few minutes on a laptop's processor. Needs torch ('make setup-train'); racing the
    finished model does not.
    """
    try:
        training = importlib.import_module("car_agent.training.clone")
    except ModuleNotFoundError as error:
        raise CarSetupError(
            f"Making models needs training packages ({error.name} is missing): make setup-train."
        ) from error
    order = training.CloneOrder(track, character, seed, out, shape, NETWORKS[network])
    training.clone_model(order, typer.echo)
