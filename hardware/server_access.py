"""What node, car and venue need to reach the server: an address that can be one, and a token."""

import re
from pathlib import Path
from typing import Annotated

import httpx2
from pydantic import AfterValidator

from hardware.errors import TokenFileError

_MAX_PORT = 65_535

#: Instead of an address: look for the one server of this network.
FIND = "find"


def server_url(text: str) -> str:
    """Return a server's address without a slash at its end. Raises ValueError where it is none."""
    message = f"'{text}' is no address such as http://paddock.local:8000"
    if not re.fullmatch(r"https?://[^\s/?#@]+/?", text):
        raise ValueError(message)
    try:
        url = httpx2.URL(text)
        url.raw_host.decode("ascii").encode("idna")  # as a socket does, which refuses more
    except (httpx2.InvalidURL, UnicodeError) as error:
        raise ValueError(message) from error
    if not url.host or (url.port or 0) > _MAX_PORT:
        raise ValueError(message)
    return text.rstrip("/")


#: The type of a setting that holds the server's address.
ServerUrl = Annotated[str, AfterValidator(server_url)]
#: Likewise, of a device that can look for it (``hardware.discovery``).
FindableServerUrl = Annotated[
    str, AfterValidator(lambda text: text if text == FIND else server_url(text))
]


def read_token(path: Path) -> str:
    """Return the bearer token in a file. Raises TokenFileError with one sentence."""
    try:
        text = path.read_text(encoding="ascii")
    except OSError as error:
        raise TokenFileError(f"The token file {path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise TokenFileError(_no_token(f"The token file {path}")) from error
    return check_token(text, f"The token file {path}")


def check_token(text: str, where: str) -> str:
    """Return the token without white space around it. Raises TokenFileError that says ``where``."""
    token = text.strip()
    if not token or not token.isascii() or not token.isprintable() or " " in token:
        raise TokenFileError(_no_token(where))
    return token


def _no_token(where: str) -> str:
    return f"{where} holds no token (one line, no spaces); ask the organiser for a new one."
