"""The demo's folder: what it keeps between rounds, and the settings of its processes."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from timing_server.launcher.errors import DemoFolderError

#: The track's gates and the node's pins for them: the finish, and where two sectors end.
GATE_PINS = {"finish": 17, "sector-1": 27, "sector-2": 22}
#: The demo races for ever; what its cars record shall not fill the disk.
_RECORD_LIMITS = """
[car]
record = { limit_mb = 100 }

[server]
records_limit_mb = 500
"""


@dataclass(frozen=True, slots=True)
class DemoFolder:
    """Where the demo keeps what it made, and the short path of its local socket."""

    root: Path
    socket_path: Path

    @property
    def server_dir(self) -> Path:
        """The server's own data folder."""
        return self.root / "server"

    @property
    def tokens_dir(self) -> Path:
        """Each device's bearer token."""
        return self.root / "tokens"

    @property
    def config(self) -> Path:
        """The settings of its processes: the node's gates, and how much is recorded."""
        return self.root / "demo.toml"

    @property
    def log_dir(self) -> Path:
        """What each process printed."""
        return self.root / "logs"

    @property
    def tally_file(self) -> Path:
        """What the virtual venue itself counted."""
        return self.root / "tally.json"


@contextmanager
def demo_folder(data_dir: Path) -> Iterator[DemoFolder]:
    """Make the demo's folder ready; the socket lies apart, since its path must stay short.

    Raises DemoFolderError where the folder can't be written.
    """
    runtime_dir = Path(tempfile.mkdtemp(prefix="paddock-"))
    folder = DemoFolder(data_dir.resolve(), runtime_dir / "venue.sock")
    try:
        for path in (folder.root, folder.server_dir, folder.tokens_dir, folder.log_dir):
            path.mkdir(parents=True, exist_ok=True, mode=0o700)
        for log in folder.log_dir.glob("*.log"):
            log.unlink()
        gates = ",\n".join(
            f'  {{ gate = "{gate}", pin = {pin} }}' for gate, pin in GATE_PINS.items()
        )
        folder.config.write_text(
            f"[node]\ngates = [\n{gates},\n]\n{_RECORD_LIMITS}", encoding="utf-8"
        )
    except OSError as error:
        shutil.rmtree(runtime_dir, ignore_errors=True)
        raise DemoFolderError(
            f"The demo's folder {folder.root} can't be written ({error.strerror}); "
            "name another with --data."
        ) from error
    try:
        yield folder
    finally:
        shutil.rmtree(runtime_dir, ignore_errors=True)
