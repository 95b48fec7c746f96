"""Starts the bridge by the command that a person types."""

import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests import waiting
from tests.car_agent.race_server import TOKEN
from tests.car_agent.stock.console_emulator import PASSWORD

PATIENCE_S = waiting.PATIENCE_S


@contextmanager
def bridge(
    console_url: str, server_url: str, folder: Path, *more: str, token: str = TOKEN
) -> Iterator["subprocess.Popen[str]"]:
    """Run ``paddock stock-car`` for the red car; killed at the end, as by a pulled plug."""
    (folder / "red.token").write_text(token)
    (folder / "red.password").write_text(PASSWORD + "\n")
    arguments = [console_url, "--server", server_url, "--car-id", "red"]
    arguments += ["--token-file", str(folder / "red.token")]
    arguments += ["--password-file", str(folder / "red.password")]
    arguments += ["--certificate-file", str(folder / "red.certificate"), *more]
    process = subprocess.Popen(
        [sys.executable, "-m", "timing_server", "stock-car", *arguments],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        cwd=folder,
    )
    try:
        yield process
    finally:
        process.kill()
        process.wait()
        if process.stdout is not None:
            process.stdout.close()
