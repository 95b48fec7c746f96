"""Reads a form with a model's file in it, piece by piece, to places that the server chose."""

import asyncio
from collections.abc import AsyncIterator, Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING

from python_multipart.exceptions import MultipartParseError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import ClientDisconnect, Request

from timing_server.contract.machines.models import MAX_PAPERS_BYTES, MAX_UPLOAD_BYTES
from timing_server.service.errors import StorageFailedError
from timing_server.service.models.errors import ModelTooLargeError, ModelUnreadableError
from timing_server.service.models.ports import Brought, PapersKind, Parcel

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks

#: How much waits in memory before it is written; writing is not for the event loop.
_WRITTEN_AT_ONCE_BYTES = 512 * 1024
#: An upload holds a place that others wait for: how long it may be silent, and last in all.
SILENT_S = 30.0
WHOLE_S = 900.0
_MAX_FILE_NAME = 255
_EXPLAIN = (
    "Send a form (multipart/form-data) with the model's file as 'model' and, where it needs them, "
    "its model_metadata.json or model card as 'papers'."
)
_CARD_ENDING = ".card.json"


@dataclass(slots=True)
class _Part:
    """One field of the form: where its bytes go, and how many there may be."""

    name: str
    file_name: str
    path: Path
    most_bytes: int
    size_bytes: int = 0
    pending: list[bytes] = field(default_factory=list)


async def receive_form(request: Request, parcel: Parcel) -> Brought:
    """Write a form's files into the parcel as they come; return what they are.

    Raises ModelUnreadableError, ModelTooLargeError, StorageFailedError.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    boundary = options.get(b"boundary", b"")
    if kind != b"multipart/form-data" or not boundary:
        raise ModelUnreadableError(_EXPLAIN)
    form = _Form(parcel)
    try:
        parser = MultipartParser(boundary, form.callbacks())
        async with asyncio.timeout(WHOLE_S):
            async for chunk in _chunks(request):
                parser.write(chunk)
                if form.pending_bytes >= _WRITTEN_AT_ONCE_BYTES:
                    await asyncio.to_thread(form.flush)
        parser.finalize()
    except MultipartParseError as error:
        raise ModelUnreadableError(_EXPLAIN) from error
    except TimeoutError as error:
        raise ModelUnreadableError("The upload stood still; send it again.") from error
    except ClientDisconnect as error:
        raise ModelUnreadableError("The upload broke off; send it again.") from error
    await asyncio.to_thread(form.flush)
    return form.brought()


async def _chunks(request: Request) -> AsyncIterator[bytes]:
    """Yield the body as it comes. Raises TimeoutError where nothing comes for too long."""
    stream = request.stream()
    while True:
        async with asyncio.timeout(SILENT_S):
            chunk = await anext(stream, None)
        if chunk is None:
            return
        yield chunk


class _Form:
    """What the parser tells of the form, in its order."""

    def __init__(self, parcel: Parcel) -> None:
        self._parcel = parcel
        self._parts: dict[str, _Part] = {}
        self._part: _Part | None = None
        self._header = (bytearray(), bytearray())
        self._disposition = b""
        self._is_whole = False
        self.pending_bytes = 0

    def callbacks(self) -> "MultipartCallbacks":
        """Return what the parser calls."""
        return {
            "on_part_begin": self._begin_part,
            "on_header_field": self._adding(0),
            "on_header_value": self._adding(1),
            "on_header_end": self._end_header,
            "on_headers_finished": self._open_part,
            "on_part_data": self._take,
            "on_end": self._end,
        }

    def flush(self) -> None:
        """Write what waits. Raises StorageFailedError."""
        for part in self._parts.values():
            if not part.pending:
                continue
            try:
                with part.path.open("ab") as file:
                    file.writelines(part.pending)
            except OSError as error:
                message = f"The upload can't be kept ({error.strerror}); nothing of it was."
                raise StorageFailedError(message) from error
            part.pending.clear()
        self.pending_bytes = 0

    def brought(self) -> Brought:
        """Return what came. Raises ModelUnreadableError where the form isn't whole."""
        if not self._is_whole:
            raise ModelUnreadableError("The upload broke off; send it again.")
        model, papers = self._parts.get("model"), self._parts.get("papers")
        if model is None or model.size_bytes == 0:
            raise ModelUnreadableError(_EXPLAIN)
        if papers is None or papers.size_bytes == 0:
            return Brought(model.file_name)
        is_card = papers.file_name.lower().endswith(_CARD_ENDING)
        papers_kind: PapersKind = "card" if is_card else "metadata"
        return Brought(model.file_name, papers_kind)

    def _begin_part(self) -> None:
        self._part = None
        self._disposition = b""
        self._header = (bytearray(), bytearray())

    def _adding(self, which: int) -> Callable[[bytes, int, int], None]:
        def add(data: bytes, start: int, end: int) -> None:
            self._header[which].extend(data[start:end])

        return add

    def _end_header(self) -> None:
        name, value = self._header
        if bytes(name).lower() == b"content-disposition":
            self._disposition = bytes(value)
        self._header = (bytearray(), bytearray())

    def _open_part(self) -> None:
        _, options = parse_options_header(self._disposition)
        name = options.get(b"name", b"").decode("utf-8", "replace")
        places = {
            "model": (self._parcel.model, MAX_UPLOAD_BYTES),
            "papers": (self._parcel.papers, MAX_PAPERS_BYTES),
        }
        if name not in places or name in self._parts:
            raise ModelUnreadableError(_EXPLAIN)
        file_name = options.get(b"filename", b"").decode("utf-8", "replace")[:_MAX_FILE_NAME]
        self._part = self._parts[name] = _Part(name, file_name, *places[name])

    def _take(self, data: bytes, start: int, end: int) -> None:
        part = self._part
        if part is None:
            return
        part.size_bytes += end - start
        if part.size_bytes > part.most_bytes:
            raise _too_large(part)
        part.pending.append(data[start:end])
        self.pending_bytes += end - start

    def _end(self) -> None:
        self._is_whole = True


def _too_large(part: _Part) -> ModelTooLargeError:
    if part.name == "papers":
        return ModelTooLargeError("A card or metadata file may have at most 100 kB.", most_mib=0)
    most = part.most_bytes // 2**20
    return ModelTooLargeError(f"A model's file may have at most {most} MiB.", most_mib=most)
