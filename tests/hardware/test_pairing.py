"""Where a paired device keeps its token; the pairing itself is tested against the real server."""

from pathlib import Path

import pytest

from hardware.errors import TokenFileError
from hardware.node.errors import TokenError
from hardware.node.main import _token, token_path
from hardware.pairing import pair_into, write_token
from hardware.settings import NodeSettings
from timing_server.contract.people.pairing import PairingRequest


def test_a_token_is_for_one_user(tmp_path: Path) -> None:
    """It should be readable by nobody else, also where an older file was open to all."""
    file = tmp_path / "token"
    file.write_text("old")
    file.chmod(0o644)
    write_token(file, "fresh-token")
    assert file.read_text() == "fresh-token\n"
    assert file.stat().st_mode & 0o777 == 0o600
    assert [each.name for each in tmp_path.iterdir()] == ["token"]


def test_a_place_that_can_not_be_written_is_told_first(tmp_path: Path) -> None:
    """It should say so before anybody has typed a code."""
    (tmp_path / "file").write_text("")
    said: list[str] = []
    request = PairingRequest(role="node", name="node-1")
    with pytest.raises(TokenFileError, match="name another --token-file"):
        pair_into(tmp_path / "file" / "token", "http://127.0.0.1:9", request, said.append)
    assert said == []


def test_a_paired_node_needs_no_file_named(tmp_path: Path) -> None:
    """It should find the token in its own folder, and say how to get one where there is none."""
    settings = NodeSettings(server_url="http://127.0.0.1:9", data_dir=tmp_path / "node")
    with pytest.raises(TokenError, match="--pair"):
        _token(settings)
    token_path(settings).parent.mkdir()
    write_token(token_path(settings), "fresh-token")
    assert _token(settings) == "fresh-token"
    named = settings.model_copy(update={"token_file": tmp_path / "other"})
    with pytest.raises(TokenFileError):
        _token(named)
