"""Asks a limited process about a model's file and returns its verdict, within a bounded time.

This side parses nothing of the model: it hashes the file, hands it over as an open descriptor, and
reads a bounded answer. However the other process ends, one sentence says why.
"""

import contextlib
import hashlib
import json
import os
import selectors
import signal
import stat
import subprocess
import sys
import time
from dataclasses import dataclass
from io import FileIO
from pathlib import Path
from typing import IO, cast

from car_agent.errors import ModelFileError
from car_agent.models.files import MAX_MODEL_BYTES
from car_agent.models.intake.certificate import Part, Verdict
from car_agent.models.papers import Papers, papers_for
from timing_server.contract.names import shown_text

#: An archive may hold checkpoints beside its model.
MAX_FILE_BYTES = 2 * MAX_MODEL_BYTES

_MIB = 1024 * 1024
_WORKER = "car_agent.models.intake.worker"
#: Verdict, its length, and an ONNX file with room for its card and its shape nodes.
_MAX_ANSWER_BYTES = MAX_MODEL_BYTES + 4 * _MIB
_LENGTH_BYTES = 8
#: Numerical libraries would start a thread for each core, each with memory of its own.
_ONE_THREAD = {"OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1", "MKL_NUM_THREADS": "1"}

_KEPT_VARIABLES = ("PATH", "LD_LIBRARY_PATH", "LANG", "LC_ALL")


@dataclass(frozen=True, slots=True)
class Limits:
    """What the limited process may use beyond its libraries.

    Memory is ``base_bytes`` and ``per_byte`` for each of the file's, ``most_bytes`` in all:
    parsing, converting, comparing and running each hold the weights once.
    """

    base_bytes: int = 384 * _MIB
    per_byte: int = 10
    most_bytes: int = 2560 * _MIB
    cpu_s: int = 60
    wall_s: int = 120

    def memory_bytes(self, file_bytes: int) -> int:
        """Return the memory for a file of this size."""
        return min(self.base_bytes + self.per_byte * file_bytes, self.most_bytes)


@dataclass(frozen=True, slots=True)
class Admission:
    """The verdict on a file and, where that is good, the ONNX file that drives."""

    verdict: Verdict
    content: bytes


def admit(path: Path, papers: Papers | None = None, limits: Limits | None = None) -> Admission:
    """Have a model's file checked, and made to drive, in a limited process.

    ``papers`` are those that lie beside the file where none are given. A model that can't drive
    is a verdict, not an error. Raises ModelFileError where the file can't be read, ModelError
    where a card or metadata file can't.
    """
    limits = limits or Limits()
    with _opened(path) as file:
        size_bytes = os.fstat(file.fileno()).st_size
        name = _plain(path.name)
        if size_bytes > MAX_FILE_BYTES:
            raise ModelFileError(
                f"{name} is larger than a model's file may be ({MAX_FILE_BYTES // _MIB} MiB)."
            )
        papers = papers or papers_for(path)
        digest = hashlib.file_digest(file, "sha256").hexdigest()
        file.seek(0)
        source = Part(name=name, sha256=digest, size_bytes=size_bytes)
        return _asked(file, source, papers, limits)


def _opened(path: Path) -> FileIO:
    try:
        # Without O_NONBLOCK, opening a named pipe waits for ever.
        descriptor = os.open(path, os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC)
    except FileNotFoundError as error:
        raise ModelFileError(f"There is no model file {path}.") from error
    except OSError as error:
        raise ModelFileError(f"The model file {path} can't be read: {error.strerror}.") from error
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ModelFileError(f"The model file {path} can't be read: it is no ordinary file.")
    return FileIO(descriptor)


def _asked(file: FileIO, source: Part, papers: Papers, limits: Limits) -> Admission:
    # The worker's own module is heavy, and its request is plain.
    request = {
        "source": source.model_dump(),
        "descriptor": file.fileno(),
        "card": papers.card,
        "metadata": papers.metadata,
        "is_chosen": papers.is_chosen,
        "is_donkeycar": papers.is_donkeycar,
        "memory_bytes": limits.memory_bytes(source.size_bytes),
        "cpu_s": limits.cpu_s,
        "wall_s": limits.wall_s,
    }
    answer, how_ended = _run(json.dumps(request).encode(), file.fileno(), limits)
    if how_ended is None:
        try:
            return _understood(answer, source)
        except ValueError:
            how_ended = "ended without an answer that can be read"
    reason = f"{source.name} can't be used: its trial in a process of its own {how_ended}."
    return Admission(Verdict(ok=False, reason=reason, sha256=source.sha256), b"")


def _understood(answer: bytes, source: Part) -> Admission:
    """Take an answer apart. Raises ValueError where it isn't what a worker says."""
    length = int.from_bytes(answer[:_LENGTH_BYTES], "big")
    end = _LENGTH_BYTES + length
    # Pydantic's ValidationError is a ValueError.
    verdict = Verdict.model_validate_json(answer[_LENGTH_BYTES:end])
    content = answer[end:]
    if verdict.sha256 != source.sha256 or verdict.ok != (verdict.certificate is not None):
        raise ValueError("a verdict on something else")
    if verdict.certificate is not None:
        made = verdict.certificate.model
        if hashlib.sha256(content).hexdigest() != made.sha256:
            raise ValueError("a model that was cut off")
    return Admission(verdict, content)


def _run(request: bytes, descriptor: int, limits: Limits) -> tuple[bytes, str | None]:
    """Run the worker on an open file; return its answer, or how it ended instead."""
    with subprocess.Popen(  # noqa: S603 - our own module, no shell, no name of a stranger
        [sys.executable, "-P", "-m", _WORKER],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        pass_fds=(descriptor,),
        cwd="/",
        env=bare_environment(),
        start_new_session=True,
    ) as worker:
        try:
            answer, said, is_bounded = _exchange(worker, request, limits.wall_s)
        finally:
            worker.kill()
        worker.wait()
    if not is_bounded:
        return b"", f"took longer than {limits.wall_s} s or answered too much"
    return answer, _how_it_ended(worker.returncode, said, limits) if not answer else None


def bare_environment() -> dict[str, str]:
    """Return what the worker needs to find its libraries, and none of this process's secrets."""
    kept = {name: os.environ[name] for name in _KEPT_VARIABLES if name in os.environ}
    # The same modules as here, also where they aren't installed.
    paths = os.pathsep.join(filter(None, sys.path))
    return {**kept, **_ONE_THREAD, "PYTHONPATH": paths, "PYTHONDONTWRITEBYTECODE": "1"}


def _exchange(
    worker: subprocess.Popen[bytes], request: bytes, wall_s: float
) -> tuple[bytes, bytes, bool]:
    """Give the request and collect both outputs until they close, within time and size."""
    answer, said = bytearray(), bytearray()
    deadline_s = time.monotonic() + wall_s
    stdin, stdout, stderr = (
        cast("IO[bytes]", pipe) for pipe in (worker.stdin, worker.stdout, worker.stderr)
    )
    with contextlib.suppress(BrokenPipeError):
        stdin.write(request)
        stdin.close()
    with selectors.DefaultSelector() as ready:
        ready.register(stdout, selectors.EVENT_READ, answer)
        ready.register(stderr, selectors.EVENT_READ, said)
        while ready.get_map():
            left_s = deadline_s - time.monotonic()
            if left_s <= 0 or len(answer) > _MAX_ANSWER_BYTES or len(said) > _MIB:
                return bytes(answer), bytes(said), False
            for key, _ in ready.select(left_s):
                part = os.read(key.fd, _MIB)
                key.data.extend(part)
                if not part:
                    ready.unregister(key.fileobj)
    return bytes(answer), bytes(said), True


def _how_it_ended(code: int, said: bytes, limits: Limits) -> str:
    if code == -signal.SIGXCPU:
        return f"took more than {limits.cpu_s} s of processor time"
    if code == -signal.SIGKILL:
        return "was killed, most likely for its memory"
    if code < 0:
        return f"crashed ({signal.Signals(-code).name})"
    last = said.decode("utf-8", "replace").strip().rpartition("\n")[2]
    return f"failed: {last[:300].rstrip('. ')}" if last else "ended without an answer"


def _plain(name: str) -> str:
    """Return a file's name as it may stand in a sentence: printable and not too long."""
    shown = shown_text(name, 255)
    return shown if len(shown) <= 80 else f"{shown[:60]}…{shown[-16:]}"
