import json
import os
from pathlib import Path

import pytest

from timing_server.adapters.errors import AlreadyRunningError, DataFolderError
from timing_server.adapters.folder.data_folder import locked_data_folder as subject


def test_one_server_at_a_time(tmp_path: Path) -> None:
    """It should refuse a second holder, and let the next one in when the first has gone."""
    with subject(tmp_path), pytest.raises(AlreadyRunningError, match="already"), subject(tmp_path):
        pass
    with subject(tmp_path) as folder:
        assert folder.path == tmp_path


def test_the_folder_is_made_for_this_user_alone(tmp_path: Path) -> None:
    """It should make missing folders, closed to others."""
    with subject(tmp_path / "a" / "b"):
        assert (tmp_path / "a" / "b").stat().st_mode & 0o777 == 0o700


def test_a_folder_in_a_file_can_not_be(tmp_path: Path) -> None:
    """It should say in one sentence what to do."""
    (tmp_path / "file").write_text("")
    with pytest.raises(DataFolderError, match="--data"), subject(tmp_path / "file" / "x"):
        pass


def test_the_setup_code_is_private_from_its_first_byte(tmp_path: Path) -> None:
    """It should write it at mode 0600, replace it, and forget it."""
    with subject(tmp_path) as folder:
        assert folder.read_setup_code() is None
        for code in ("AAAA-BBBB", "CCCC-DDDD"):
            folder.write_setup_code(code)
            assert folder.read_setup_code() == code
            assert folder.setup_code_file.stat().st_mode & 0o777 == 0o600
        folder.setup_code_file.write_text("")
        assert folder.read_setup_code() == ""
        folder.delete_setup_code()
        folder.delete_setup_code()
        assert folder.read_setup_code() is None


def test_the_address_names_this_process(tmp_path: Path) -> None:
    """It should say where the server is and which process it is."""
    with subject(tmp_path) as folder:
        folder.write_address("http://127.0.0.1:1")
        found = json.loads((tmp_path / "server.json").read_text())
        assert found == {"url": "http://127.0.0.1:1", "pid": os.getpid()}
        folder.delete_address()
        assert not (tmp_path / "server.json").exists()
