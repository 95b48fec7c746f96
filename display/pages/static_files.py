"""The static folder by HTTP: each file with its own type, and from memory once it was asked for."""

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
    # Without a build step file names carry no version: a browser asks each time and mostly hears
    # 'not modified', which a LAN answers at once.
    "Cache-Control": "no-cache",
    "Referrer-Policy": "same-origin",
    "X-Content-Type-Options": "nosniff",
}


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
            return _written(self.path) == self.written
        except FileNotFoundError:
            return False


def _written(path: Path) -> tuple[int, int]:
    """Return what changes with a file's content: when it was written, in ns, and its size."""
    found = path.stat()
    return found.st_mtime_ns, found.st_size


def _read(path: Path) -> _Kept:
    written, content = _written(path), path.read_bytes()
    headers = {
        "Content-Type": MEDIA_TYPES[path.suffix],
        "ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"',
    }
    return _Kept(path, written, content, SHARED_HEADERS | headers)


class KeptStaticFiles(StaticFiles):
    """The static folder, each file with the type and headers that belong to it.

    A page asks for more than a hundred files. To look for each in a thread and to read it anew
    takes several times as long as the answer.
    """

    def __init__(self, directory: Path) -> None:
        super().__init__(directory=directory)
        self._kept: dict[str, _Kept] = {}

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Answer with a file, or with 'not modified'. Raises HTTPException where there is none."""
        kept = self._kept.get(path)
        if kept is None or not kept.is_current() or scope["method"] not in {"GET", "HEAD"}:
            found = await super().get_response(path, scope)
            if not isinstance(found, FileResponse):
                return found
            kept = await anyio.to_thread.run_sync(_read, Path(found.path))
            self._kept[path] = kept
        answer = Response(kept.content, headers=kept.headers)
        if self.is_not_modified(answer.headers, Headers(scope=scope)):
            return NotModifiedResponse(answer.headers)
        return answer
