"""The static folder by HTTP: each file with its own type, from memory, and for browsers to keep."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import anyio.to_thread
from starlette.datastructures import Headers
from starlette.responses import FileResponse, Response
from starlette.staticfiles import NotModifiedResponse, StaticFiles
from starlette.types import Scope

from display.pages.edition import Edition, edition_of, split_edition, written

#: Named here, since what the operating system's tables say differs from machine to machine and
#: a browser refuses a module with another type.
MEDIA_TYPES: Final = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".md": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".woff2": "font/woff2",
    "": "text/plain; charset=utf-8",
}

SHARED_HEADERS: Final = {
    # Asked for each time, and mostly answered with 'not modified'.
    "Cache-Control": "no-cache",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}

#: For a file below the address of the edition that it belongs to: nobody need ask for it again.
_KEPT_HEADERS: Final = {"Cache-Control": "public, max-age=31536000, immutable"}


@dataclass(frozen=True, slots=True)
class _Kept:
    """A file as it was read."""

    path: Path
    written: tuple[int, int]
    content: bytes
    headers: Mapping[str, str]

    def is_current(self) -> bool:
        """Say whether the file is still the one that was read."""
        try:
            return written(self.path.stat()) == self.written
        except FileNotFoundError:
            return False


def _read(path: Path) -> _Kept:
    found, content = written(path.stat()), path.read_bytes()
    headers = {
        "Content-Type": MEDIA_TYPES[path.suffix],
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    }
    return _Kept(path, found, content, SHARED_HEADERS | headers)


class KeptStaticFiles(StaticFiles):
    """The static folder, each file with the type and headers that belong to it.

    A page asks for more than a hundred files. To look for each in a thread and to read it anew
    takes several times as long as the answer. Pages name the files by the folder's edition
    (``/static/~3f9a…/theme.js``): a browser keeps those for good and asks for none of them again
    until one has changed. Without an edition the same files are there to be asked for each time.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._folder = directory
        self._kept: dict[str, _Kept] = {}
        self._edition: Edition | None = None

    async def edition(self) -> Edition:
        """Look through the folder and return its edition as it is now."""
        self._edition = await anyio.to_thread.run_sync(edition_of, self._folder)
        return self._edition

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or with 'not modified'. Raises HTTPException where there is none."""
        name, path = split_edition(path)
        kept = self._kept.get(path)
        if kept is None or not kept.is_current() or scope["method"] not in {"GET", "HEAD"}:
            found = await super().get_response(path, scope)
            if not isinstance(found, FileResponse):
                return found
            kept = await anyio.to_thread.run_sync(_read, Path(found.path))
            self._kept[path] = kept
        headers = dict(kept.headers)
        if name is not None and await self._is_of(name, path, kept):
            headers |= _KEPT_HEADERS
        answer = Response(kept.content, headers=headers)
        if self.is_not_modified(answer.headers, Headers(scope=scope)):
            return NotModifiedResponse(answer.headers)
        return answer

    async def _is_of(self, name: str, path: str, kept: _Kept) -> bool:
        """Say whether a file belongs to this edition: an older page may ask by an older name."""
        edition = self._edition or await self.edition()
        return name == edition.name and edition.written.get(path) == kept.written
