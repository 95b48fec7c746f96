"""A bundle's file: exactly its members, read within caps, never extracted."""

import io
import json
import warnings
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.timing_server.service.results.golden_bundle import (
    VENUE,
    carried,
    golden_bundle,
    golden_export,
)
from timing_server.service.results import archive as subject
from timing_server.service.results.bundle import make_bundle
from timing_server.service.results.checking import check_bundle
from timing_server.service.results.errors import BundleChangedError, BundleError
from timing_server.service.results.files import MOST_FILES
from timing_server.service.results.seals import Sealer

BUNDLE = golden_bundle()
MODEL = b"a model's bytes"
MODEL_NAME = f"models/{sha256(MODEL).hexdigest()}.onnx"
TRACK_NAME = f"tracks/{'5a' * 32}.track"
WITH_FILES = make_bundle(
    replace(golden_export(), files={MODEL_NAME: MODEL, TRACK_NAME: b"{}"}), Sealer(VENUE)
)


def written() -> bytes:
    file = io.BytesIO()
    subject.write_bundle(BUNDLE, file)
    return file.getvalue()


def repacked(edit: Callable[[zipfile.ZipFile, dict[str, bytes]], None]) -> io.BytesIO:
    """Return the bundle's members packed anew by ``edit``."""
    with zipfile.ZipFile(io.BytesIO(written())) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as fresh, warnings.catch_warnings():
        warnings.simplefilter("ignore")
        edit(fresh, members)
    return file


def test_what_is_written_is_read() -> None:
    """It should give back every member byte for byte, and write the same bytes each time."""
    assert carried(BUNDLE) == BUNDLE
    assert written() == written()


def test_any_zip_program_may_pack_it() -> None:
    """It should not matter who packed the same six members, in which order."""

    def backwards(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
        for name in reversed(members):
            fresh.writestr(name, members[name])

    assert subject.read_bundle(repacked(backwards)) == BUNDLE


def _lacking(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name in members.keys() - {"seals.bin"}:
        fresh.writestr(name, members[name])


def _extra(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name, content in {**members, "../../evil.sh": b"boo"}.items():
        fresh.writestr(name, content)


def _double(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name, content in members.items():
        fresh.writestr(name, content)
    fresh.writestr("log.jsonl", b"{}")


def _oddly_packed(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name, content in members.items():
        fresh.writestr(name, content, compress_type=zipfile.ZIP_BZIP2)


def _small_bomb(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    """Fit the cap of a whole season's log, out of a file of a few dozen kilobytes."""
    for name, content in {**members, "log.jsonl": b" " * (32 * 1024 * 1024)}.items():
        fresh.writestr(name, content)


def _bomb(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    cap = subject.MEMBER_CAPS["manifest.json"]
    for name, content in {**members, "manifest.json": b" " * (cap + 1)}.items():
        fresh.writestr(name, content)


@pytest.mark.parametrize(
    ("edit", "words"),
    [
        (_lacking, "lacks seals.bin"),
        (_extra, "more than"),
        (_double, "more than"),
        (_oddly_packed, "oddly packed"),
        (_bomb, "larger than 1024 KiB"),
        (_small_bomb, "log.jsonl of the bundle is larger than"),
    ],
)
def test_other_archives_are_refused(
    edit: Callable[[zipfile.ZipFile, dict[str, bytes]], None], words: str
) -> None:
    """It should take nothing but a bundle's six members, each once and of a bundle's size."""
    with pytest.raises(BundleError, match=words):
        subject.read_bundle(repacked(edit))


@pytest.mark.parametrize("content", [b"", b"PK", b"not a zip at all", written()[:-200]])
def test_a_file_that_is_no_archive(content: bytes) -> None:
    """It should say in a sentence that this isn't a bundle."""
    with pytest.raises(BundleError, match="isn't a bundle"):
        subject.read_bundle(io.BytesIO(content))


def test_a_damaged_member_is_noticed() -> None:
    """It should not hand out bytes that the zip's own checksum refuses."""
    content = bytearray(written())
    at = content.index(b"log.jsonl") + 200
    content[at] ^= 0xFF
    with pytest.raises(BundleError, match="damaged"):
        subject.read_bundle(io.BytesIO(bytes(content)))


WRITTEN = written()


@given(st.lists(st.tuples(st.integers(0, len(WRITTEN) - 1), st.integers(0, 255)), max_size=8))
def test_any_damage_is_a_sentence(damage: list[tuple[int, int]]) -> None:
    """It should read a file whatever bytes of it are wrong, or say that it can't, and fail no
    other way.
    """
    content = bytearray(WRITTEN)
    for at, byte in damage:
        content[at] = byte
    with suppress(BundleError):
        read = subject.read_bundle(io.BytesIO(bytes(content)))
        check_bundle(read)


@given(st.binary(max_size=200))
def test_any_file_is_a_sentence(content: bytes) -> None:
    """It should take no random bytes for a bundle."""
    with pytest.raises(BundleError):
        subject.read_bundle(io.BytesIO(content))


def test_a_signature_that_is_no_hex() -> None:
    """It should say so."""

    def edit(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
        for name, content in {**members, "manifest.sig": b"zzz"}.items():
            fresh.writestr(name, content)

    with pytest.raises(BundleError, match="signature"):
        subject.read_bundle(repacked(edit))


# --- models and tracks -------------------------------------------------------------------------


def test_models_and_tracks_go_along() -> None:
    """It should give them back as they were put in, under the venue's signature."""
    read = carried(WITH_FILES)
    assert read == WITH_FILES
    assert check_bundle(read).files == {MODEL_NAME: MODEL, TRACK_NAME: b"{}"}


@pytest.mark.parametrize(
    ("files", "named"),
    [
        ({MODEL_NAME: b"another model", TRACK_NAME: b"{}"}, MODEL_NAME),
        ({MODEL_NAME: MODEL, TRACK_NAME: b"[]"}, TRACK_NAME),
        ({MODEL_NAME: MODEL}, TRACK_NAME),
        ({MODEL_NAME: MODEL, TRACK_NAME: b"{}", f"tracks/{'5b' * 32}.track": b"{}"}, "5b5b"),
    ],
)
def test_a_file_that_the_venue_did_not_sign_is_refused(files: dict[str, bytes], named: str) -> None:
    """It should name the file that was changed, taken out or slipped in."""
    with pytest.raises(BundleChangedError, match=named):
        check_bundle(carried(replace(WITH_FILES, files=files)))


def test_a_model_is_the_one_of_its_name_whatever_the_venue_signs() -> None:
    """It should refuse a venue's own word for a model under another's hash."""
    wrong = f"models/{'0c' * 32}.onnx"
    bundle = make_bundle(replace(golden_export(), files={wrong: MODEL}), Sealer(VENUE))
    assert wrong in json.loads(bundle.manifest)["members"]
    with pytest.raises(BundleChangedError, match="isn't the model of that hash"):
        check_bundle(carried(bundle))


def _model_bomb(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name, content in {**members, MODEL_NAME: bytes(64 * 1024 * 1024)}.items():
        fresh.writestr(name, content)


def _model_without_hash(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    for name, content in {**members, "models/fast.onnx": MODEL}.items():
        fresh.writestr(name, content)


def _thousands(fresh: zipfile.ZipFile, members: dict[str, bytes]) -> None:
    more = {f"models/{number:064x}.onnx": b"" for number in range(MOST_FILES + 1)}
    for name, content in {**members, **more}.items():
        fresh.writestr(name, content)


@pytest.mark.parametrize(
    ("edit", "sentence"),
    [
        (_model_bomb, "larger than"),
        (_model_without_hash, "holds more than a bundle's six files"),
        (_thousands, f"more than {MOST_FILES} models and tracks"),
    ],
)
def test_hostile_files_are_refused(
    edit: Callable[[zipfile.ZipFile, dict[str, bytes]], None], sentence: str
) -> None:
    """It should end a bomb, a strange name or a heap of files with a sentence, unpacked or not."""
    with pytest.raises(BundleError, match=sentence):
        subject.read_bundle(repacked(edit))
