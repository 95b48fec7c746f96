"""Address and token, as node, car and venue take them."""

from pathlib import Path

import pytest

from hardware.errors import TokenFileError
from hardware.server_access import FIND, read_token, server_url


@pytest.mark.parametrize(
    "text",
    [
        "http://paddock.local:8000",
        "https://192.168.1.10",
        "http://[fe80::1]:8000",
        "http://münchen.local",
    ],
)
def test_an_address(text: str) -> None:
    """It should take what a browser would, and not mind a slash at the end."""
    assert server_url(text) == text
    assert server_url(text + "/") == text


@pytest.mark.parametrize(
    "text",
    [
        *("", "8000", "server:8000", "ftp://server", "http://", "http://:80", " http://a"),
        *("http://a b", "http://a/b", "http://a?x", "http://me:secret@a"),
        *("http://a:port", "http://a:99999", "http://[::1", "http://a..b", "http://" + "a" * 64),
    ],
)
def test_an_address_that_is_none(text: str) -> None:
    """It should refuse at once what no socket could ever reach, and show a right one."""
    with pytest.raises(ValueError, match="no address such as"):
        server_url(text)


def test_reads_the_token(tmp_path: Path) -> None:
    """It should take the one line, with or without its end."""
    path = tmp_path / "red.token"
    path.write_text("abc-123_x\n", encoding="ascii")
    assert read_token(path) == "abc-123_x"


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (None, "can't be read: No such file"),
        (b"", "holds no token"),
        (b"two words", "one line"),
        (b"a\nb", "one line"),
        (b"\xff", "holds no token"),
    ],
)
def test_a_file_without_a_token(tmp_path: Path, content: bytes | None, sentence: str) -> None:
    """It should say what the file should hold."""
    path = tmp_path / "red.token"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(TokenFileError, match=sentence):
        read_token(path)


def test_find_is_no_address() -> None:
    """It should be a word for devices that can look, and refused where an address is needed."""
    with pytest.raises(ValueError, match="no address"):
        server_url(FIND)
