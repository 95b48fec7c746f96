"""A bundle as a file: a zip with those members alone that a bundle has, read with byte caps.

    manifest.json   what the venue signs (contract.results.BundleManifest)
    manifest.sig    the signature, in hex
    log.jsonl       the event's facts, each line the very bytes that are stored
    seals.bin       64 bytes for each fact (see ``seals``)
    names.json      display names (contract.results.BundleNames)
    plan.json       stages, entries and heats, for people; nothing is computed from it
    models/…, tracks/…   what virtual runs were driven with and on (see ``files``)

Members are read one by one into memory, never extracted; what a header says of its size isn't
believed.
"""

import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import BinaryIO

from timing_server.service.results.errors import BundleError
from timing_server.service.results.files import MOST_FILES, MOST_FILES_BYTES, cap_of

_MIB = 1024 * 1024
MANIFEST, SIGNATURE, LOG = "manifest.json", "manifest.sig", "log.jsonl"
SEALS, NAMES, PLAN = "seals.bin", "names.json", "plan.json"
#: The most that each member may hold; a day of 100 drivers takes a hundredth of it.
MEMBER_CAPS: Mapping[str, int] = MappingProxyType(
    {
        MANIFEST: _MIB,
        SIGNATURE: 1024,
        LOG: 512 * _MIB,
        SEALS: 128 * _MIB,
        NAMES: 16 * _MIB,
        PLAN: 64 * _MIB,
    }
)
#: Facts, seals and names shrink to a tenth at the best: what unpacks to so many times its size
#: is a bomb, which would fill a small machine's memory.
MOST_UNPACKED = 64
#: The zip format's first day: a bundle of the same facts has the same bytes.
_NO_DATE = (1980, 1, 1, 0, 0, 0)
#: What the library raises for a file that isn't what it says.
_UNREADABLE = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, NotImplementedError),
    *(OSError, ValueError, RuntimeError),
)
_METHODS = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)


@dataclass(frozen=True, slots=True)
class Bundle:
    """A bundle's members as they are; nothing about them is checked yet.

    ``files`` are the models and tracks by their members' names.
    """

    manifest: bytes
    signature: bytes
    lines: tuple[bytes, ...]
    seals: bytes
    names: bytes
    plan: bytes
    files: Mapping[str, bytes] = field(default_factory=dict)


def write_bundle(bundle: Bundle, file: BinaryIO) -> None:
    """Write a bundle as a zip."""
    members = {
        MANIFEST: bundle.manifest,
        SIGNATURE: bundle.signature.hex().encode() + b"\n",
        LOG: b"".join(line + b"\n" for line in bundle.lines),
        SEALS: bundle.seals,
        NAMES: bundle.names,
        PLAN: bundle.plan,
        **bundle.files,
    }
    with zipfile.ZipFile(file, "w") as archive:
        for name, content in members.items():
            info = zipfile.ZipInfo(name, date_time=_NO_DATE)
            info.compress_type = zipfile.ZIP_DEFLATED
            info.external_attr = 0o644 << 16
            archive.writestr(info, content)


def read_bundle(file: BinaryIO) -> Bundle:
    """Return the members of a bundle's file.

    Raises BundleError where the file isn't a zip, lacks a member, has another one or one twice,
    or where a member is larger than a bundle's can be.
    """
    try:
        with zipfile.ZipFile(file) as archive:
            _check_members(archive.infolist())
            members = {name: _read(archive, name, MEMBER_CAPS[name]) for name in MEMBER_CAPS}
            files = _read_files(archive)
    except BundleError:
        raise
    except _UNREADABLE as error:
        raise BundleError(f"This isn't a bundle, or it is damaged ({error}).") from error
    try:
        signature = bytes.fromhex(members[SIGNATURE].decode("ascii").strip())
    except ValueError as error:
        raise BundleError("The bundle's signature isn't one.") from error
    return Bundle(
        manifest=members[MANIFEST],
        signature=signature,
        lines=tuple(members[LOG].removesuffix(b"\n").split(b"\n")),
        seals=members[SEALS],
        names=members[NAMES],
        plan=members[PLAN],
        files=files,
    )


def _check_members(infos: list[zipfile.ZipInfo]) -> None:
    names = [each.filename for each in infos]
    missing = sorted(MEMBER_CAPS.keys() - set(names))
    if missing:
        raise BundleError(f"This isn't a bundle: it lacks {', '.join(missing)}.")
    more = [name for name in names if name not in MEMBER_CAPS]
    if len(set(names)) != len(names) or any(cap_of(name) is None for name in more):
        raise BundleError(
            "This isn't a bundle: it holds more than a bundle's six files, and models and tracks "
            "under their hashes."
        )
    if len(more) > MOST_FILES:
        raise BundleError(f"The bundle holds more than {MOST_FILES} models and tracks.")
    for each in infos:
        if each.flag_bits & 0x1 or each.compress_type not in _METHODS:
            raise BundleError(f"{each.filename} of the bundle is encrypted or oddly packed.")


def _read_files(archive: zipfile.ZipFile) -> dict[str, bytes]:
    files: dict[str, bytes] = {}
    left = MOST_FILES_BYTES
    for name in archive.namelist():
        most = cap_of(name)
        if most is not None:
            files[name] = _read(archive, name, min(most, left))
            left -= len(files[name])
    return files


def _read(archive: zipfile.ZipFile, name: str, most: int) -> bytes:
    packed_n = archive.getinfo(name).compress_size
    cap = min(most, _MIB + MOST_UNPACKED * packed_n)
    with archive.open(name) as member:
        content = member.read(cap + 1)
    if len(content) > cap:
        raise BundleError(f"{name} of the bundle is larger than {cap // 1024} KiB.")
    return content
