"""A black box's file, whole, cut off, and made by strangers."""

import struct
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st
from mcap.writer import CompressionType

from tests.timing_server.contract.blackbox.records import JPEG, about, write_record
from timing_server.contract.blackbox.reading import (
    Picture,
    RecordDamagedError,
    Told,
    open_record,
)
from timing_server.contract.blackbox.rows import Drive

WHOLE = write_record()


def read(content: bytes) -> tuple[list[Picture | Told], bool]:
    reading, found = open_record(BytesIO(content))
    rows = list(found)
    return rows, reading.is_whole


def test_reads_what_was_written() -> None:
    """It should give about, every row in its order with its instant, and the end's figures."""
    reading, found = open_record(BytesIO(WHOLE))
    rows = list(found)
    assert reading.about == about()
    pictures = [each for each in rows if isinstance(each, Picture)]
    drives = [each for each in rows if isinstance(each, Told) and isinstance(each.row, Drive)]
    assert [(each.seq, each.mono_ns) for each in pictures] == [
        (seq, seq * 50_000_000) for seq in range(20)
    ]
    assert pictures[0].jpeg == JPEG
    assert len(drives) == 20
    assert reading.is_whole
    assert reading.end is not None
    assert reading.end.frames == 20
    assert reading.skipped == 0


def test_reads_a_cut_off_record_as_far_as_it_goes() -> None:
    """It should give more rows of longer beginnings, and never call one whole."""
    before = 0
    for share in (0.5, 0.7, 0.9):
        rows, is_whole = read(WHOLE[: int(len(WHOLE) * share)])
        assert len(rows) >= before
        assert not is_whole
        before = len(rows)
    assert before > 0


@given(st.integers(0, len(WHOLE)), st.binary(max_size=40))
def test_says_one_sentence_or_reads_on(place: int, noise: bytes) -> None:
    """It should take bytes that were changed anywhere for a shorter record, or refuse it."""
    content = WHOLE[:place] + noise + WHOLE[place + len(noise) :]
    refusal = ""
    try:
        read(content)
    except RecordDamagedError as error:
        refusal = str(error)
    assert refusal == "" or (refusal.endswith(".") and ". " not in refusal)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"not mcap at all",
        WHOLE[:8],
        # A header that claims to be four exabytes long.
        WHOLE[:8] + b"\x01" + struct.pack("<Q", 2**62),
        # A header whose first string claims four gigabytes.
        WHOLE[:8] + b"\x01" + struct.pack("<QI", 100, 2**32 - 1),
    ],
)
def test_refuses_what_is_no_record(content: bytes) -> None:
    """It should refuse without reading what a length merely claims."""
    with pytest.raises(RecordDamagedError, match=r"\.$"):
        read(content)


def test_takes_nothing_from_compressed_chunks() -> None:
    """It should stop at chunks that could unpack to gigabytes; no car writes any."""
    rows, is_whole = read(write_record(compression=CompressionType.ZSTD))
    assert (rows, is_whole) == ([], False)
