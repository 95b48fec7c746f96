"""``paddock venue …`` as a real process that works on a folder instead of this machine."""

import os
import subprocess
from pathlib import Path

from timing_server.launcher.processes import paddock_command


def venue(
    *arguments: str,
    path: Path | None = None,
    is_fine: bool = True,
    modules: Path | None = None,
) -> "subprocess.CompletedProcess[str]":
    """Run the command; ``path`` is a folder whose programs come before the machine's own.

    ``modules`` is one whose Python modules come before those that are installed.
    """
    environment = dict(os.environ)
    if path is not None:
        environment["PATH"] = f"{path}:{environment['PATH']}"
    if modules is not None:
        environment["PYTHONPATH"] = f"{modules}:{environment.get('PYTHONPATH', '')}"
    done = subprocess.run(
        [*paddock_command(), "venue", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
        env=environment,
    )
    assert (done.returncode == 0) is is_fine, done.stdout + done.stderr
    return done


def program(folder: Path, name: str, script: str = "exit 0") -> Path:
    """Put a program into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    path.chmod(0o755)
    return path


def files_of(root: Path) -> dict[str, tuple[int, bytes]]:
    """Return mode and content of every file below a folder, but for the users that were made."""
    return {
        str(path.relative_to(root)): (path.stat().st_mode & 0o777, path.read_bytes())
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.parent != root / "etc"
    }
