"""The limited process: reads one model under limits, answers with a verdict, and ends.

``python -m car_agent.models.intake.worker`` gets its request as JSON on standard input and the
model's file as an open descriptor. It answers on standard output: the length of the verdict as
eight bytes, the verdict's JSON, then the ONNX file's bytes. It can write no file, start no process,
and has a bounded share of memory and processor time. Whoever started it holds the clock.
"""

import os
import sys
from typing import BinaryIO

from pydantic import Field

from car_agent.errors import CarError, ModelError
from car_agent.models.intake.bring import bring
from car_agent.models.intake.certificate import Part, Verdict
from car_agent.models.papers import Papers
from hardware.limits import limit_process
from timing_server.contract.base import Message

#: A verdict is a card, a certificate and little else.
MAX_VERDICT_BYTES = 1_000_000
LENGTH_BYTES = 8


class Request(Message):
    """What the limited process is asked. The times and sizes are its limits."""

    source: Part
    descriptor: int
    card: str | None = None
    metadata: str | None = None
    is_chosen: bool = False
    is_donkeycar: bool = False
    memory_bytes: int = Field(gt=0)
    cpu_s: int = Field(gt=0)
    wall_s: int = Field(gt=0)


def main() -> None:
    """Answer one request."""
    request = Request.model_validate_json(sys.stdin.buffer.read())
    # The runtime writes warnings there; the answer has a descriptor of its own.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    limit(request)
    with os.fdopen(request.descriptor, "rb") as file:
        verdict, content = judge(file, request)
    text = verdict.model_dump_json().encode()
    out.write(len(text).to_bytes(LENGTH_BYTES, "big") + text)
    out.write(content)
    out.flush()


def judge(file: BinaryIO, request: Request) -> tuple[Verdict, bytes]:
    """Return the verdict and, where it is good, the ONNX file's bytes."""
    papers = Papers(request.card, request.metadata, request.is_chosen, request.is_donkeycar)
    sha256, name = request.source.sha256, request.source.name
    try:
        brought = bring(file, request.source, papers)
    except CarError as error:
        reason = _too_large(name, request) if _is_memory(error) else str(error)
    except MemoryError:
        reason = _too_large(name, request)
    except Exception as error:  # noqa: BLE001 - the edge of the process: strangers' bytes end here
        reason = _too_large(name, request) if _is_memory(error) else _unforeseen(name, error)
    else:
        card, certificate = brought.card, brought.certificate
        verdict = Verdict(ok=True, sha256=sha256, card=card, certificate=certificate)
        return verdict, brought.content
    return Verdict(ok=False, reason=reason, sha256=sha256), b""


def limit(request: Request) -> None:
    """Give up what a model may not use."""
    # Should the one who holds the clock be killed, this process ends by itself.
    limit_process(request.memory_bytes, request.cpu_s, request.wall_s + 5)


def _is_memory(error: BaseException | None) -> bool:
    """Say whether memory ran out, in whichever words a library puts it."""
    while error is not None:
        text = str(error)
        if isinstance(error, MemoryError) or "bad_alloc" in text or "llocate memory" in text:
            return True
        error = error.__cause__
    return False


def _too_large(name: str, request: Request) -> str:
    return (
        f"{name} asks for more memory than a car's model may "
        f"({request.memory_bytes // 2**20} MiB for a file of this size)."
    )


def _unforeseen(name: str, error: Exception) -> str:
    return str(ModelError(f"{name} can't be read: {type(error).__name__} in one of its parts."))


if __name__ == "__main__":
    main()
