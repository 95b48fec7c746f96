"""``paddock`` as a person types it: in a process of its own, or by the same door in this one."""

import io
import os
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from pathlib import Path

import pytest
import structlog

from timing_server import cli
from timing_server.launcher.processes import paddock_command

Done = subprocess.CompletedProcess[str]
PATIENCE_S = 120.0


def paddock(*arguments: str, folder: Path, environment: Mapping[str, str] | None = None) -> Done:
    """Run a command to its end in this process, which saves an interpreter and its imports.

    It is ``cli.main`` with these words in ``sys.argv``, in that folder, with what this process has
    in its environment but for Paddock's own settings.
    """
    said, complained = _text(), _text()
    with (
        pytest.MonkeyPatch.context() as changed,
        _as_it_was(),
        redirect_stdout(said),
        redirect_stderr(complained),
    ):
        for name in [name for name in os.environ if name.startswith("PADDOCK_")]:
            changed.delenv(name)
        for name, value in (environment or {}).items():
            changed.setenv(name, value)
        changed.chdir(folder)
        changed.setattr(sys, "argv", ["paddock", *arguments])
        code = _status()
    return Done(["paddock", *arguments], code, _read(said), _read(complained))


def paddock_process(*arguments: str, folder: Path) -> Done:
    """Run a command to its end as a process, for what only a process proves."""
    return subprocess.run(
        [*paddock_command(), *arguments],
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=PATIENCE_S,
        check=False,
    )


def assert_one_sentence(done: Done, *words: str) -> None:
    """Assert that the command failed with one line that contains these words."""
    assert done.returncode != 0
    lines = [line for line in done.stderr.splitlines() if line.strip()]
    assert len(lines) == 1, done.stderr
    assert lines[0].startswith("paddock: ")
    assert lines[0].endswith(".")
    for word in words:
        assert word in lines[0]


def _status() -> int:
    try:
        cli.main()
    except SystemExit as end:
        return end.code if isinstance(end.code, int) else int(end.code is not None)
    return 0


@contextmanager
def _as_it_was() -> Iterator[None]:
    """Take back what a command sets for its whole process."""
    before = {number: signal.getsignal(number) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        structlog.reset_defaults()


def _text() -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(), encoding="utf-8", write_through=True)


def _read(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
