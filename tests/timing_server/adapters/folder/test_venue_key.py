import stat
from pathlib import Path

import pytest

from timing_server.adapters.errors import DataFolderError
from timing_server.adapters.folder.data_folder import DataFolder
from timing_server.adapters.folder.venue_key import open_venue_key as subject
from timing_server.service.results.seals import is_sealed, seal_fact


def test_the_key_is_made_once_for_this_user_alone(tmp_path: Path) -> None:
    """It should keep one key pair in the folder, readable by nobody else."""
    folder = DataFolder(tmp_path)
    first = subject(folder)
    assert subject(folder).public_key == first.public_key
    assert stat.S_IMODE(folder.venue_key_file.stat().st_mode) == 0o600


def _other(folder: Path) -> DataFolder:
    (folder / "other").mkdir()
    return DataFolder(folder / "other")


def test_a_seal_is_this_keys_of_this_fact(tmp_path: Path) -> None:
    """It should verify under its own key and place only."""
    key, other = subject(DataFolder(tmp_path)), subject(_other(tmp_path))
    seal = seal_fact(key, "event-1", 3, "ab")
    assert is_sealed(key.public_key, seal, "event-1", 3, "ab")
    assert not is_sealed(key.public_key, seal, "event-1", 4, "ab")
    assert not is_sealed(key.public_key, seal, "event-2", 3, "ab")
    assert not is_sealed(key.public_key, seal, "event-1", 3, "ac")
    assert not is_sealed(other.public_key, seal, "event-1", 3, "ab")
    assert not is_sealed(key.public_key, seal[:-1], "event-1", 3, "ab")


@pytest.mark.parametrize("content", [b"", b"not a key", b"-----BEGIN PRIVATE KEY-----\nAAAA\n"])
def test_a_damaged_key_is_never_replaced(content: bytes, tmp_path: Path) -> None:
    """It should say which file is damaged, and leave it as it is."""
    folder = DataFolder(tmp_path)
    folder.venue_key_file.write_bytes(content)
    with pytest.raises(DataFolderError, match=r"venue-key\.pem"):
        subject(folder)
    assert folder.venue_key_file.read_bytes() == content
