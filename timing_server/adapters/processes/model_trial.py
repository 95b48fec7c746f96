"""Tries models by ``paddock model import``, which reads them in a process of its own with limits.

This process never opens what a stranger sent: it starts the command, waits for a bounded time, and
reads the verdict that the command prints.
"""

import subprocess
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from timing_server.contract.machines.models import ModelAbout, ModelAction, ModelRanges
from timing_server.contract.names import shown_text
from timing_server.service.models.ports import Brought, Parcel, TrialOutcome

_log = structlog.get_logger()

#: The command bounds the trial itself to two minutes; this is for a command that hangs.
PATIENCE_S = 180.0
#: What trying needs beyond the server's own packages (extra ``car``).
PACKAGES = ("onnx", "onnxruntime", "numpy")
MAX_VERDICT_BYTES = 2_000_000
_SHOWN_CHARS = 60
_GZIP = b"\x1f\x8b"
_IMPORT = (sys.executable, "-P", "-m", "timing_server", "model", "import")


class _Lenient(BaseModel):
    """The verdict is the car's own document; what isn't wanted here is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore", protected_namespaces=())


class _Part(_Lenient):
    name: str
    sha256: str


class _Agreement(_Lenient):
    worst_error: float


class _Action(_Lenient):
    steering_deg: float
    speed_mps: float


class _Output(_Lenient):
    kind: str
    actions: tuple[_Action, ...] = ()
    steering_low_deg: float | None = None
    steering_high_deg: float | None = None
    speed_low_mps: float | None = None
    speed_high_mps: float | None = None


class _Card(_Lenient):
    width_px: int
    height_px: int
    channels: str
    output: _Output


class _Certificate(_Lenient):
    source: _Part
    kind: str
    model: _Part
    member: _Part | None = None
    network: str
    agreement: _Agreement | None = None
    notes: tuple[str, ...] = ()


class _Verdict(_Lenient):
    ok: bool
    reason: str | None = None
    card: _Card | None = None
    certificate: _Certificate | None = None


class CommandTrial:
    """Implements ``service.models.ports.ModelTrial``."""

    def __init__(self, command: Sequence[str] = _IMPORT, patience_s: float = PATIENCE_S) -> None:
        self._command = tuple(command)
        self._patience_s = patience_s

    def missing(self) -> str | None:
        """Return why no model can be tried here, None where one can."""
        lacking = [name for name in PACKAGES if find_spec(name) is None]
        if not lacking:
            return None
        return (
            "This server can't try models out: it lacks the car's packages "
            f"({', '.join(lacking)}). Install Paddock's extra 'car' beside 'server'."
        )

    def judge(self, parcel: Parcel, brought: Brought) -> TrialOutcome:
        """Try the model and make the file that drives. Takes seconds: not for the loop."""
        named = _named(parcel.model, brought.file_name)
        arguments = [*self._command, "--json", "--out", str(parcel.made)]
        if brought.papers_kind is not None:
            arguments += [f"--{brought.papers_kind}", str(parcel.papers)]
        try:
            done = subprocess.run(  # noqa: S603 - our own command, and names that are our own
                [*arguments, "--", str(named)],
                stdin=subprocess.DEVNULL,
                capture_output=True,
                timeout=self._patience_s,
                check=False,
            )
        except subprocess.TimeoutExpired:
            return TrialOutcome("The model's trial took too long; nothing was kept.")
        except OSError as error:
            return TrialOutcome(f"The model's trial couldn't be started ({error.strerror}).")
        return _understood(done, brought.file_name, named)


def _named(model: Path, file_name: str) -> Path:
    """Give the upload the ending that its kind has, so that sentences about it read well."""
    lower = file_name.lower()
    endings = (".tar.gz", ".tgz", ".onnx", ".pb", ".tar")
    ending = next((each for each in endings if lower.endswith(each)), "")
    return model.rename(model.with_name(f"model{ending}")) if ending else model


def _understood(
    done: "subprocess.CompletedProcess[bytes]", file_name: str, tried: Path
) -> TrialOutcome:
    try:
        verdict = _Verdict.model_validate_json(done.stdout[:MAX_VERDICT_BYTES])
    except ValidationError:
        said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2][:300]
        _log.error("model_trial_failed", code=done.returncode, said=said)
        return TrialOutcome("The model's trial ended without a verdict; the server's log says why.")
    card, certificate = verdict.card, verdict.certificate
    if not verdict.ok or card is None or certificate is None:
        reason = verdict.reason or "The model can't be used."
        # People know the file by their own name for it.
        return TrialOutcome(
            reason.replace(tried.name, shown_text(file_name, 255)[-_SHOWN_CHARS:], 1)
        )
    agreement, actions = certificate.agreement, card.output.actions
    is_archive = _is_for_stock_cars(certificate, tried)
    about = ModelAbout(
        source_name=shown_text(file_name, 255),
        source_sha256=certificate.source.sha256,
        kind="frozen" if certificate.kind == "frozen" else "onnx",
        network=certificate.network[:200],
        width_px=card.width_px,
        height_px=card.height_px,
        channels=card.channels[:20],
        answers=card.output.kind[:40],
        actions_n=len(actions) or None,
        worst_error=None if agreement is None else agreement.worst_error,
        notes=tuple(note[:500] for note in certificate.notes[:20]),
        archive_bytes=tried.stat().st_size if is_archive else None,
        actions=tuple(
            ModelAction(steering_deg=each.steering_deg, speed_mps=each.speed_mps)
            for each in actions
        ),
        ranges=_ranges(card.output),
    )
    archive = (tried, certificate.source.sha256) if is_archive else None
    return TrialOutcome(None, certificate.model.sha256, about.model_dump_json().encode(), archive)


def _ranges(output: _Output) -> ModelRanges | None:
    low_deg, high_deg = output.steering_low_deg, output.steering_high_deg
    low_mps, high_mps = output.speed_low_mps, output.speed_high_mps
    if low_deg is None or high_deg is None or low_mps is None or high_mps is None:
        return None
    return ModelRanges(
        steering_low_deg=low_deg,
        steering_high_deg=high_deg,
        speed_low_mps=low_mps,
        speed_high_mps=high_mps,
    )


def _is_for_stock_cars(certificate: _Certificate, tried: Path) -> bool:
    """Say whether it is an archive with a frozen graph, packed as a stock car unpacks it."""
    if certificate.kind != "frozen" or certificate.member is None:
        return False
    with tried.open("rb") as file:
        return file.read(len(_GZIP)) == _GZIP
