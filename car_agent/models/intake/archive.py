"""Tells what kind of file a model comes in, and takes the two members that count out of an archive.

Archives are streamed: nothing is extracted, and no name in them becomes a path. Only regular
members are read, only under their expected names, within byte caps.
"""

import gzip
import tarfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import IO, Literal

from car_agent.errors import ModelError
from car_agent.models.deepracer import MAX_METADATA_BYTES
from car_agent.models.files import MAX_MODEL_BYTES

Kind = Literal["onnx", "frozen"]

#: What an archive may hold in all once unpacked: training leaves checkpoints beside the model.
MAX_UNPACKED_BYTES = 1024 * 1024 * 1024
MAX_MEMBERS = 10_000

#: Where the parts lie, the preferred place first; the later ones are seen in the field.
ONNX_NAMES = ("agent/agent.onnx", "agent.onnx")
FROZEN_NAMES = ("agent/model.pb", "model.pb")
METADATA_NAMES = ("model_metadata.json", "agent/model_metadata.json")
_EXPECTED = (*ONNX_NAMES, *FROZEN_NAMES, *METADATA_NAMES)

_GZIP = b"\x1f\x8b"
_OTHER_ARCHIVES = {b"PK\x03\x04": "zip", b"BZh": "bzip2", b"\xfd7zXZ": "xz", b"(\xb5/\xfd": "zstd"}
_TAR_MARK = (257, b"ustar")


@dataclass(frozen=True, slots=True)
class Parcel:
    """What a file brings: the model's bytes, where they lay, and DeepRacer's metadata."""

    kind: Kind
    content: bytes
    #: The member's name in its archive; empty for a bare file.
    member: str = ""
    metadata: str | None = None


def open_parcel(file: IO[bytes], name: str) -> Parcel:
    """Read a model out of a seekable file, whatever kind it is; ``name`` is for messages.

    Raises ModelError that says what is wrong with the file or the archive.
    """
    head = file.read(512)
    file.seek(0)
    for mark, kind in _OTHER_ARCHIVES.items():
        if head.startswith(mark):
            raise ModelError(f"{name} is a {kind} archive; DeepRacer's models come as .tar.gz.")
    offset, mark = _TAR_MARK
    if head.startswith(_GZIP):
        with _said_plainly(name), gzip.GzipFile(fileobj=file) as unpacked:
            return _from_archive(_Bounded(unpacked, name), name)
    if head[offset:].startswith(mark):
        with _said_plainly(name):
            return _from_archive(_Bounded(file, name), name)
    content = file.read(MAX_MODEL_BYTES + 1)
    if len(content) > MAX_MODEL_BYTES:
        raise ModelError(f"{name} is larger than a car's model may be (256 MiB).")
    if not content:
        raise ModelError(f"{name} is an empty file.")
    # An ONNX file begins with field 1 as a number (its version), a GraphDef with field 1 as a node.
    return Parcel("frozen" if content[:1] == b"\x0a" else "onnx", content)


def names_in(file: IO[bytes], name: str) -> list[str]:
    """Return the names of a .tar.gz's members; nothing of them is kept. Raises ModelError."""
    with _said_plainly(name), gzip.GzipFile(fileobj=file) as unpacked:
        stream = _Bounded(unpacked, name)
        with _members(stream, name) as (_, members):
            return [str(PurePosixPath(member.name)) for member in members]


class _Bounded:
    """A stream that ends with an error where more comes out than an archive may hold."""

    def __init__(self, file: IO[bytes] | gzip.GzipFile, name: str) -> None:
        self._file = file
        self._name = name
        self._left = MAX_UNPACKED_BYTES

    def read(self, size: int) -> bytes:
        part = self._file.read(min(size, self._left + 1))
        self._left -= len(part)
        if self._left < 0:
            raise ModelError(
                f"{self._name} unpacks to more than {MAX_UNPACKED_BYTES // 2**20} MiB, which no "
                "model needs."
            )
        return part


@contextmanager
def _said_plainly(name: str) -> Iterator[None]:
    """Turn what the standard library says of a damaged archive into one sentence."""
    try:
        yield
    except (EOFError, zlib.error, gzip.BadGzipFile, tarfile.TarError, ValueError) as error:
        if isinstance(error, ModelError):
            raise
        raise ModelError(
            f"{name} is broken or cut off: it can't be unpacked; copy or download it again."
        ) from error


def _from_archive(stream: _Bounded, name: str) -> Parcel:
    found: dict[str, bytes] = {}
    with _members(stream, name) as (archive, members):
        for member in members:
            called = str(PurePosixPath(member.name))
            if called in found:
                raise ModelError(f"{name} holds {called} twice.")
            if called in _EXPECTED:
                found[called] = _read_member(archive, member, name)
    # What comes after the archive's end belongs to the stream: a cut shows only there.
    while stream.read(64 * 1024):
        pass
    return _chosen(found, name)


@contextmanager
def _members(
    stream: _Bounded, name: str
) -> Iterator[tuple[tarfile.TarFile, Iterator[tarfile.TarInfo]]]:
    """Open an archive and give its members as they come, each checked. Raises ModelError."""
    # "r|" reads forward only, as the members come. The stream needs no more than read().
    with tarfile.open(fileobj=stream, mode="r|") as archive:  # type: ignore[call-overload]

        def checked() -> Iterator[tarfile.TarInfo]:
            for count, member in enumerate(archive):
                if count >= MAX_MEMBERS:
                    raise ModelError(f"{name} holds more than {MAX_MEMBERS} files.")
                _check_member(member, name)
                yield member

        yield archive, checked()


def _check_member(member: tarfile.TarInfo, name: str) -> None:
    called = member.name[:80]
    if member.name.startswith("/") or ".." in PurePosixPath(member.name).parts:
        raise ModelError(f"{name} holds {called!r}, a path that leads out of the archive.")
    if not (member.isreg() or member.isdir()) or member.issparse():
        raise ModelError(f"{name} holds {called!r}, which is no ordinary file (a link, say).")


def _read_member(archive: tarfile.TarFile, member: tarfile.TarInfo, name: str) -> bytes:
    called = member.name[:80]
    cap = MAX_METADATA_BYTES if called.endswith(".json") else MAX_MODEL_BYTES
    if member.size > cap:
        raise ModelError(f"{name}: {called} is larger than it may be ({cap:,} bytes).")
    file = archive.extractfile(member)
    content = file.read(cap + 1) if file is not None else b""
    if len(content) != member.size:
        raise ModelError(f"{name} is broken or cut off: {called} is not whole.")
    return content


def _chosen(found: dict[str, bytes], name: str) -> Parcel:
    metadata = next((found[place] for place in METADATA_NAMES if place in found), None)
    try:
        text = None if metadata is None else metadata.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ModelError(f"{name}: model_metadata.json is not a text file in UTF-8.") from error
    for place in ONNX_NAMES:
        if place in found:
            return Parcel("onnx", found[place], place, text)
    for place in FROZEN_NAMES:
        if place in found:
            return Parcel("frozen", found[place], place, text)
    raise ModelError(
        f"{name} holds no model: neither agent/agent.onnx nor agent/model.pb nor model.pb is in it."
    )
