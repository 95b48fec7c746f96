"""A record while it is written: on the disk after each flush, mended after a crash."""

import errno
import os
from pathlib import Path

import pytest
from mcap.reader import make_reader

from car_agent.blackbox.salvage import salvage
from car_agent.blackbox.tape import Tape
from car_agent.errors import RecordTroubleError
from tests.timing_server.contract.blackbox.records import JPEG, about
from timing_server.contract.blackbox.reading import open_record
from timing_server.contract.blackbox.rows import PICTURE_SCHEMA_NAME, RunFigures, Wheels

WHEELS = Wheels(capture_mono_ns=1_000_000, done_mono_ns=13_000_000, latency_us=12_000)


def written(path: Path) -> Tape:
    subject = Tape(path, about())
    subject.add_picture(JPEG, 7, 1_000_000)
    subject.add_row(WHEELS, 13_000_000)
    return subject


def rows_in(path: Path) -> int:
    with path.open("rb") as file:
        return len(list(open_record(file)[1]))


def test_a_flush_is_kept_without_an_end(tmp_path: Path) -> None:
    """It should have on the disk what was flushed, though nothing was closed."""
    path = tmp_path / "a.mcap"
    subject = written(path)
    subject.flush()
    subject.add_picture(JPEG, 8, 2_000_000)
    assert rows_in(path) == 2
    subject.close()


def test_other_viewers_find_schemas_and_index(tmp_path: Path) -> None:
    """It should write a file that the format's own reader seeks in, pictures by their schema."""
    path = tmp_path / "a.mcap"
    written(path).finish(RunFigures(heat_id="h1", is_over=True))
    with path.open("rb") as file:
        found = list(make_reader(file).iter_messages(topics=["/camera"]))
    [(schema, channel, message)] = found
    assert schema is not None
    assert (schema.name, schema.encoding) == (PICTURE_SCHEMA_NAME, "jsonschema")
    assert channel.message_encoding == "json"
    assert message.log_time == 1_000_000


def test_salvage_makes_a_whole_file(tmp_path: Path) -> None:
    """It should copy what can be read, and count the figures that the end would have told."""
    broken, mended = tmp_path / "a.mcap", tmp_path / "b.mcap"
    subject = written(broken)
    subject.flush()
    subject.close()
    os.truncate(broken, broken.stat().st_size - 1)
    assert salvage(broken, mended) == 2
    with mended.open("rb") as file:
        reading, found = open_record(file)
        assert len(list(found)) == 2
    assert reading.is_whole
    assert reading.end is not None
    assert reading.end.commands == 1
    assert reading.end.latency_p95_us == 12_100


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    """It should say why nothing can be written, at the beginning and later on."""
    if not Path("/dev/full").exists():
        pytest.skip("this machine has no /dev/full")
    full = tmp_path / "full.mcap"
    full.symlink_to("/dev/full")
    with pytest.raises(RecordTroubleError, match="can't be written"):
        Tape(full, about())
    subject = written(tmp_path / "a.mcap")
    full.unlink()
    os.dup2(os.open("/dev/full", os.O_WRONLY), subject._file.fileno())
    with pytest.raises(RecordTroubleError, match=os.strerror(errno.ENOSPC)):
        subject.flush()
    subject.close()
