"""Token and address."""

from pathlib import Path

import httpx2
import pytest

from car_agent.errors import CarSetupError
from car_agent.link.client import make_client, read_token

TIMEOUT = httpx2.Timeout(1.0)


def test_reads_the_token(tmp_path: Path) -> None:
    """It should take the one line, with or without its end."""
    path = tmp_path / "red.token"
    path.write_text("abc-123_x\n", encoding="ascii")
    assert read_token(path) == "abc-123_x"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "can't be read"),
        (b"", "one line"),
        (b"two words", "one line"),
        (b"a\nb", "one line"),
        (b"\xff", "doesn't hold a token"),
    ],
)
def test_a_file_without_a_token(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    """It should say what the file should hold."""
    path = tmp_path / "red.token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CarSetupError, match=sentence):
        read_token(path)


@pytest.mark.parametrize(
    "url", ["", "server:8000", "ftp://server", "http://", "http://a:port", "8000"]
)
def test_an_address_that_is_none(url: str) -> None:
    """It should show what an address looks like."""
    with pytest.raises(CarSetupError, match="address"):
        make_client(url, "t", TIMEOUT)


@pytest.mark.parametrize("url", ["http://server:8000", "http://server:8000/"])
def test_paths_are_below_the_api(url: str) -> None:
    """It should carry the token, and not mind a slash at the end."""
    with make_client(url, "secret", TIMEOUT) as client:
        request = client.build_request("GET", "devices/live")
    assert str(request.url) == "http://server:8000/api/v1/devices/live"
    assert request.headers["Authorization"] == "Bearer secret"
