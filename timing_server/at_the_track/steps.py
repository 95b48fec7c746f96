"""What is done to the machine, one step at a time, each told and each repeatable."""

import os
import shlex
import subprocess
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from pathlib import PurePosixPath as Place

from timing_server.at_the_track.errors import StepFailedError

Say = Callable[[str], None]
_PATIENCE_S = 120


@dataclass(frozen=True, slots=True)
class WriteFile:
    """A file of the installer's. ``is_theirs``: whoever runs the machine edits it, so that one
    that is there stays as it is.
    """

    place: Place
    content: str
    mode: int = 0o644
    is_theirs: bool = False


@dataclass(frozen=True, slots=True)
class RemoveFile:
    """A file of the installer's that goes."""

    place: Place


@dataclass(frozen=True, slots=True)
class Run:
    """A command. ``is_offline``: it works on a folder, too; the others wait for the machine."""

    why: str
    argv: tuple[str, ...]
    is_offline: bool = False
    may_fail: bool = False


Step = WriteFile | RemoveFile | Run


@dataclass(frozen=True, slots=True)
class Target:
    """The machine itself, or with ``root`` a folder that holds an image of one."""

    root: Path | None = None
    is_dry: bool = False

    def path(self, place: Place) -> Path:
        """Return where a place of the machine is from here."""
        return (self.root or Path("/")) / place.relative_to("/")

    def text(self, place: Place) -> str | None:
        """Return what a file says, None where it isn't there."""
        try:
            return self.path(place).read_text(encoding="utf-8")
        except (FileNotFoundError, NotADirectoryError):
            return None


def carry_out(steps: Iterable[Step], target: Target, say: Say) -> None:
    """Do the steps in order, telling each. Raises StepFailedError with what to do."""
    for step in steps:
        match step:
            case WriteFile():
                _write(step, target, say)
            case RemoveFile():
                _remove(step, target, say)
            case Run():
                _run(step, target, say)


def _write(step: WriteFile, target: Target, say: Say) -> None:
    path, before = target.path(step.place), target.text(step.place)
    if before is not None and step.is_theirs:
        say(f"  keep      {step.place} (yours)")
        return
    is_same = before == step.content and path.stat().st_mode & 0o777 == step.mode
    say(f"  {'unchanged' if is_same else 'write    '} {step.place} (mode {step.mode:04o})")
    if target.is_dry:
        for line in step.content.splitlines():
            say(f"            | {line}")
        return
    if is_same:
        return
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        _replace(path, step)
    except OSError as error:
        raise StepFailedError(f"{path} can't be written: {error.strerror}.") from error


def _replace(path: Path, step: WriteFile) -> None:
    """Put the file in place whole, and never readable by others for a moment where it is secret."""
    fresh = path.with_name(f".{path.name}.new")
    fresh.unlink(missing_ok=True)
    descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, step.mode)
    with os.fdopen(descriptor, "w", encoding="utf-8") as written:
        os.fchmod(written.fileno(), step.mode)
        written.write(step.content)
        written.flush()
        os.fsync(written.fileno())
    fresh.replace(path)


def _remove(step: RemoveFile, target: Target, say: Say) -> None:
    path = target.path(step.place)
    if not path.exists():
        return
    say(f"  remove    {step.place}")
    if target.is_dry:
        return
    try:
        path.unlink()
    except OSError as error:
        raise StepFailedError(f"{path} can't be removed: {error.strerror}.") from error


def _run(step: Run, target: Target, say: Say) -> None:
    argv = step.argv
    if target.root is not None:
        if not step.is_offline:
            say(f"  skip      {shlex.join(argv)} (on the machine itself, at its next start)")
            return
        argv = (argv[0], f"--root={target.root}", *argv[1:])
    say(f"  run       {shlex.join(argv)}  # {step.why}")
    if target.is_dry:
        return
    try:
        done = subprocess.run(  # noqa: S603 - the installer's own commands
            argv, capture_output=True, text=True, timeout=_PATIENCE_S, check=False
        )
    except (OSError, subprocess.TimeoutExpired) as error:
        reason = str(error)
    else:
        if done.returncode == 0:
            return
        reason = " ".join((done.stderr or done.stdout).split()) or f"status {done.returncode}"
    if step.may_fail:
        say(f"            that failed, which does no harm: {reason}")
        return
    message = f"'{shlex.join(argv)}' failed: {reason} Mend that, then run the same command again."
    raise StepFailedError(message)
