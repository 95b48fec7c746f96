"""Bringing a model's file to the car from a phone, and taking it away; it is tried when loaded."""

import os
import shutil
import tempfile
from collections.abc import AsyncIterator
from pathlib import Path

import structlog
from fastapi import FastAPI, Request, Response
from starlette.concurrency import run_in_threadpool
from starlette.requests import ClientDisconnect

from car_agent.console.car_side import CarSide
from car_agent.console.web.gatekeeping import API_PREFIX, problem
from car_agent.fleet.offered import is_model_name
from car_agent.models.papers import CARD_SUFFIX, MAX_CARD_BYTES, METADATA_SUFFIX

_log = structlog.get_logger()

BROUGHT_PREFIX = f"{API_PREFIX}/models/"
#: What stays free on the car's disk.
FREE_BYTES = 200 * 1024 * 1024
SUCCESS = 204
_PAPERS = (CARD_SUFFIX, METADATA_SUFFIX)
_NAME_BYTES = 120


class BodyTooLargeError(ValueError):
    """A paper is larger than any can be."""


def add_bringing(app: FastAPI, car: CarSide) -> None:
    """Add keeping and removing files in the folder of models."""

    @app.put(f"{BROUGHT_PREFIX}{{name}}", status_code=204)
    async def bring(
        name: str, request: Request, has_card: bool = False, has_metadata: bool = False
    ) -> Response:
        path, is_paper = car.model_folder / name, name.endswith(_PAPERS)
        if not _is_plain(name) or not (is_paper or is_model_name(name)):
            return problem(422, "car_model_name", "That can't be the name of a model's file.")
        answer = await _bring(path, request, MAX_CARD_BYTES if is_paper else None)
        if not is_paper and answer.status_code == SUCCESS:
            # Papers of a file that lay there before would say the wrong thing of this one.
            for paper, is_its_own in zip(_papers_of(path), (has_card, has_metadata), strict=True):
                if not is_its_own:
                    paper.unlink(missing_ok=True)
        return answer

    @app.delete(f"{BROUGHT_PREFIX}{{name}}", status_code=204)
    def remove(name: str) -> Response:
        path = car.model_folder / name
        if not _is_plain(name) or not is_model_name(name) or not path.is_file():
            return problem(404, "car_no_such_model", "That model isn't on the car any more.")
        try:
            for each in (path, *_papers_of(path)):
                each.unlink(missing_ok=True)
        except OSError as error:
            return _not_kept(error)
        return Response(status_code=204)


async def _bring(path: Path, request: Request, limit_bytes: int | None) -> Response:
    announced = request.headers.get("content-length", "")
    size_bytes = int(announced) if announced.isdecimal() else 0
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if shutil.disk_usage(path.parent).free < size_bytes + FREE_BYTES:
            return problem(409, "car_disk_full", "The car's disk is nearly full.")
        await _keep(path, request.stream(), limit_bytes)
    except BodyTooLargeError:
        return problem(413, "body_too_large", "That is too large.")
    except ClientDisconnect:
        return problem(400, "model_unreadable", "The file broke off.")
    except OSError as error:
        return _not_kept(error)
    return Response(status_code=SUCCESS)


def _papers_of(path: Path) -> list[Path]:
    stem = path.name.split(".", 1)[0]
    return [path.with_name(stem + suffix) for suffix in _PAPERS]


def _not_kept(error: OSError) -> Response:
    _log.error("models_folder_failed", reason=str(error))
    return problem(409, "car_model_not_kept", f"The models folder failed: {error.strerror}.")


def _is_plain(name: str) -> bool:
    """Say whether a name is one file's in the folder itself, and shown in its list."""
    is_short = len(name.encode()) <= _NAME_BYTES
    return is_short and name.isprintable() and not name.startswith(".") and not set(name) & {*"/\\"}


async def _keep(path: Path, chunks: AsyncIterator[bytes], limit_bytes: int | None) -> None:
    """Write what arrives whole or not at all. Raises BodyTooLargeError, ClientDisconnect, OSError.

    The draft's name is no model's, so that nobody loads half a file.
    """
    descriptor, draft = tempfile.mkstemp(prefix=".", suffix=".part", dir=path.parent)
    try:
        with os.fdopen(descriptor, "wb") as file:
            async for chunk in chunks:
                await run_in_threadpool(file.write, chunk)
                if limit_bytes is not None and file.tell() > limit_bytes:
                    raise BodyTooLargeError
            await run_in_threadpool(_sync, file.fileno())
        Path(draft).replace(path)  # noqa: ASYNC240 - one rename
    finally:
        Path(draft).unlink(missing_ok=True)  # noqa: ASYNC240 - likewise


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)
    os.fchmod(descriptor, 0o644)
