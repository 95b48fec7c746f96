import os
from hashlib import sha256
from pathlib import Path

import pytest

from car_agent.errors import ModelCacheError
from car_agent.fleet.cache import ModelCache

CONTENT = b"a model that drives"
HASH = sha256(CONTENT).hexdigest()


def keep(subject: ModelCache, content: bytes, came_s: int) -> str:
    name = sha256(content).hexdigest()
    subject.append(name, 0, content)
    assert subject.finish(name)
    os.utime(subject.folder / f"{name}.onnx", (came_s, came_s))
    return name


def test_pieces_become_a_model_that_is_proved(tmp_path: Path) -> None:
    """It should count what came, go on behind it, and be found only once its hash is right."""
    subject = ModelCache(tmp_path / "models", 1000)
    assert subject.received_bytes(HASH) == 0
    subject.append(HASH, 0, CONTENT[:4])
    assert (subject.received_bytes(HASH), subject.find(HASH)) == (4, None)
    again = ModelCache(tmp_path / "models", 1000)
    again.append(HASH, 4, CONTENT[4:])
    assert again.finish(HASH)
    found = again.find(HASH)
    assert found is not None
    assert found.read_bytes() == CONTENT


def test_a_piece_from_the_beginning_replaces_what_was_there(tmp_path: Path) -> None:
    """It should cut off what lies behind where a piece belongs."""
    subject = ModelCache(tmp_path, 1000)
    subject.append(HASH, 0, b"something else, and longer than that")
    subject.append(HASH, 0, CONTENT)
    assert subject.finish(HASH)


def test_other_bytes_are_given_up(tmp_path: Path) -> None:
    """It should keep nothing that has another hash."""
    subject = ModelCache(tmp_path, 1000)
    subject.append(HASH, 0, CONTENT + b"!")
    assert not subject.finish(HASH)
    assert list(tmp_path.iterdir()) == []


def test_what_came_longest_ago_makes_room(tmp_path: Path) -> None:
    """It should spare what is wanted, and say so where nothing else is left."""
    subject = ModelCache(tmp_path, 100)
    old, wanted, new = (keep(subject, bytes([n]) * 30, came_s=n) for n in (1, 2, 3))
    subject.make_room(10, {wanted})
    assert None not in (subject.find(old), subject.find(wanted), subject.find(new))
    subject.make_room(40, {wanted})
    assert subject.find(old) is None
    assert None not in (subject.find(new), subject.find(wanted))
    with pytest.raises(ModelCacheError, match="model_cache_mb"):
        subject.make_room(90, {wanted})
    assert subject.find(wanted) is not None


def test_a_full_disk_is_one_sentence(tmp_path: Path) -> None:
    """It should raise the car's own error."""
    (tmp_path / "models").write_text("a file is in the way")
    with pytest.raises(ModelCacheError, match="can't be kept"):
        ModelCache(tmp_path / "models", 1000).append(HASH, 0, CONTENT)
