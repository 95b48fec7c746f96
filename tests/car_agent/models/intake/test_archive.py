"""Archives are read member by member, and hostile ones end in one sentence."""

import gzip
import io
import tarfile
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from car_agent.errors import ModelError
from car_agent.models.intake import archive
from car_agent.models.intake.archive import Parcel, open_parcel
from tests.car_agent.models.intake.archives import metadata, packed, packed_with

ONNX = b"\x08\x08onnx"
FROZEN = b"\x0a\x02pb"


def opened(content: bytes) -> Parcel:
    return open_parcel(io.BytesIO(content), "model.tar.gz")


def refused(content: bytes) -> str:
    with pytest.raises(ModelError) as caught:
        opened(content)
    message = str(caught.value)
    assert "\n" not in message
    assert message.startswith("model.tar.gz")
    assert message.endswith(".")
    return message


@pytest.mark.parametrize(
    ("members", "kind", "member"),
    [
        ({"agent/agent.onnx": ONNX, "agent/model.pb": FROZEN}, "onnx", "agent/agent.onnx"),
        ({"agent/model.pb": FROZEN, "model.pb": b"other"}, "frozen", "agent/model.pb"),
        ({"model.pb": FROZEN}, "frozen", "model.pb"),
        ({"./agent/model.pb": FROZEN}, "frozen", "agent/model.pb"),
    ],
)
def test_the_model_is_found_where_it_may_lie(
    members: dict[str, bytes], kind: str, member: str
) -> None:
    """It should prefer the ONNX file, then agent/ before the root."""
    parcel = opened(packed({"agent/checkpoint": b"old", **members, "model_metadata.json": "{}"}))
    assert (parcel.kind, parcel.member, parcel.metadata) == (kind, member, "{}")
    assert parcel.content == next(
        content for name, content in members.items() if name.removeprefix("./") == member
    )


@pytest.mark.parametrize("compression", ["gz", ""])
def test_metadata_at_the_root_or_under_agent(compression: str) -> None:
    """It should take the root's first, and read archives with and without compression."""
    members: dict[str, bytes | str] = {
        "agent/model.pb": FROZEN,
        "agent/model_metadata.json": "\ufeffinner",
    }
    assert opened(packed(members, compression)).metadata == "inner"
    assert opened(packed({**members, "model_metadata.json": "root"})).metadata == "root"


def test_bare_files_are_told_apart() -> None:
    """It should know an ONNX file from a frozen graph by their first bytes."""
    assert opened(ONNX) == Parcel("onnx", ONNX)
    assert opened(FROZEN) == Parcel("frozen", FROZEN)


@pytest.mark.parametrize(
    "name", ["../agent/model.pb", "agent/../../model.pb", "/agent/model.pb", "/etc/cron.d/x"]
)
def test_a_path_that_leads_out(name: str) -> None:
    """It should refuse the archive, though nothing would have been extracted."""
    assert "leads out of the archive" in refused(packed({name: FROZEN}))


@pytest.mark.parametrize(
    "kind", [tarfile.SYMTYPE, tarfile.LNKTYPE, tarfile.FIFOTYPE, tarfile.CHRTYPE]
)
def test_links_and_devices(kind: bytes) -> None:
    """It should not follow what isn't a file."""
    member = tarfile.TarInfo("agent/model.pb")
    member.type = kind
    member.linkname = "/etc/passwd"
    assert "no ordinary file" in refused(packed_with(member))


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "is an empty file"),
        (packed({"readme.txt": b"hello"}), "holds no model"),
        (packed({"model.pb": FROZEN, "./model.pb": FROZEN}), "holds model.pb twice"),
        (packed({"model.pb": FROZEN, "model_metadata.json": b"\xff\xfe"}), "UTF-8"),
        (packed({"model.pb": FROZEN})[:40], "broken or cut off"),
        (packed({"model.pb": FROZEN * 9999}, "")[:9000], "broken or cut off"),
        (gzip.compress(b"not a tar" * 99, mtime=0), "broken or cut off"),
        (gzip.compress(b"", mtime=0), "broken or cut off"),
        (b"\x1f\x8bnonsense", "broken or cut off"),
        (b"PK\x03\x04rest", "is a zip archive"),
        (b"\xfd7zXZrest", "is a xz archive"),
    ],
    # Packed bytes carry the time of packing: as names of tests they would differ every second.
    ids=lambda each: each if isinstance(each, str) else "bytes",
)
def test_what_is_no_models_archive(content: bytes, sentence: str) -> None:
    """It should say what is wrong."""
    assert sentence in refused(content)


def test_sizes_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should stop at the cap, whatever the archive goes on to unpack to."""
    monkeypatch.setattr(archive, "MAX_UNPACKED_BYTES", 100_000)
    assert "unpacks to more than" in refused(packed({"checkpoint": bytes(200_000)}))
    monkeypatch.setattr(archive, "MAX_MODEL_BYTES", 10)
    assert "larger than it may be (10 bytes)" in refused(packed({"model.pb": FROZEN * 5}))
    assert "larger than a car's model may be" in refused(FROZEN * 5)
    monkeypatch.setattr(archive, "MAX_MEMBERS", 3)
    assert "more than 3 files" in refused(packed({f"f{place}": b"" for place in range(5)}))


def test_a_header_that_lies_about_its_size() -> None:
    """It should notice that a member isn't whole."""
    whole = bytearray(packed({"model.pb": b"x" * 600}, ""))
    header = tarfile.TarInfo.frombuf(bytes(whole[:512]), "utf-8", "strict")
    header.size = 90_000
    whole[:512] = header.tobuf(tarfile.GNU_FORMAT)
    assert "broken or cut off" in refused(bytes(whole))


@given(st.binary(max_size=300), st.integers(0, 2000))
def test_any_bytes_are_a_parcel_or_one_error(noise: bytes, place: int) -> None:
    """It should raise nothing but ModelError, whatever was damaged."""
    whole = packed({"model.pb": FROZEN, "model_metadata.json": metadata()}, "")
    damaged = whole[:place] + noise + whole[place + len(noise) :]
    for content in (noise, damaged, gzip.compress(damaged)):
        with suppress(ModelError):
            assert opened(content).content
