"""Reads photos and track files by ``paddock track …``, each in a process of its own with limits.

This process never opens what a stranger sent: it starts the command, waits for a bounded time, and
takes the file that the command made.
"""

import subprocess
import sys
import tempfile
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path

import structlog
from pydantic import BaseModel, ConfigDict, ValidationError

from timing_server.contract.server.tracks import MAX_FILE_BYTES, TrackDocument
from timing_server.service.errors import StorageFailedError
from timing_server.service.tracks.errors import TrackUnreadableError
from timing_server.service.tracks.ports import PhotoTaps, TrackRead

_log = structlog.get_logger()

#: The command bounds itself to a minute and a half; this is for one that hangs.
PATIENCE_S = 120.0
#: What reading needs beyond the server's own packages (extra ``venue``).
PACKAGES = ("cv2", "numpy")
_MOST_SAID_CHARS = 300
_TRACK = (sys.executable, "-P", "-m", "timing_server", "track")


class _Told(BaseModel):
    """What the command says; what isn't wanted here is passed over."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    notes: tuple[str, ...] = ()


class CommandTrackReader:
    """Implements ``service.tracks.ports.TrackReader``; uploads lie in ``folder`` meanwhile."""

    def __init__(
        self, folder: Path, command: Sequence[str] = _TRACK, patience_s: float = PATIENCE_S
    ) -> None:
        self._folder = folder
        self._command = tuple(command)
        self._patience_s = patience_s

    def missing(self) -> str | None:
        """Return why nothing can be read here, None where it can."""
        lacking = [name for name in PACKAGES if find_spec(name) is None]
        if not lacking:
            return None
        return (
            "This server can't read photos and track files: it lacks OpenCV. Install Paddock's "
            "extra 'venue' beside 'server'."
        )

    def photo(self, content: bytes, taps: PhotoTaps) -> TrackRead:
        """Straighten a photo and look for the road on it. Takes seconds: not for the loop."""
        arguments = ["--width-m", str(taps.width_m), "--height-m", str(taps.height_m)]
        arguments += ["--reach-m", str(taps.reach_m)]
        for x, y in taps.corners:
            arguments += ["--corner", f"{x},{y}"]
        return self._read("photo", content, "photo.jpg", arguments)

    def file(self, content: bytes, suffix: str) -> TrackRead:
        """Read somebody else's track file, ``.npy`` or ``.track``. Likewise."""
        return self._read("import", content, f"file{suffix}", [])

    def _read(self, verb: str, content: bytes, name: str, arguments: list[str]) -> TrackRead:
        try:
            self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.TemporaryDirectory(dir=self._folder) as place:
                sent, made = Path(place) / name, Path(place) / "made.track"
                sent.write_bytes(content)
                done = self._run([verb, "--json", "--out", str(made), *arguments, "--", str(sent)])
                if done.returncode != 0:
                    raise TrackUnreadableError(_reason(done, verb))
                return TrackRead(_document(made), _Told.model_validate_json(done.stdout).notes)
        except subprocess.TimeoutExpired as error:
            raise TrackUnreadableError("Reading it took too long; nothing was kept.") from error
        except ValidationError as error:
            _log.exception("track_reading_failed", verb=verb)
            message = "Reading it ended without an answer; the server's log says why."
            raise TrackUnreadableError(message) from error
        except OSError as error:
            if isinstance(error, StorageFailedError):
                raise
            raise StorageFailedError(f"It can't be read here ({error.strerror}).") from error

    def _run(self, arguments: list[str]) -> "subprocess.CompletedProcess[bytes]":
        return subprocess.run(  # noqa: S603 - our own command, numbers, and names that are our own
            [*self._command, *arguments],
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=self._patience_s,
            check=False,
        )


def _document(made: Path) -> TrackDocument:
    with made.open("rb") as file:
        return TrackDocument.model_validate_json(file.read(MAX_FILE_BYTES + 1))


def _reason(done: "subprocess.CompletedProcess[bytes]", verb: str) -> str:
    """Return the command's sentence; where it was ended by its limits, one for that."""
    said = done.stderr.decode("utf-8", "replace").strip().rpartition("\n")[2]
    if said.startswith("paddock: "):
        return said.removeprefix("paddock: ")[:_MOST_SAID_CHARS]
    _log.warning("track_reading_failed", verb=verb, code=done.returncode, said=said[:300])
    return "It can't be read: it is too large, or damaged."
