"""The car's way to the server: its token, and an HTTP client that carries it."""

from pathlib import Path

import httpx2

from car_agent.errors import CarSetupError, TokenError

API_PATH = "/api/v1/"

_REFUSALS = (401, 403)


def read_token(path: Path) -> str:
    """Return the token in a file. Raises CarSetupError where there is none."""
    try:
        token = path.read_text(encoding="ascii").strip()
    except OSError as error:
        raise CarSetupError(f"The token file {path} can't be read: {error.strerror}.") from error
    except UnicodeDecodeError as error:
        raise CarSetupError(f"The token file {path} doesn't hold a token.") from error
    if not token or not token.isprintable() or " " in token:
        raise CarSetupError(f"The token file {path} doesn't hold a token: one line, no spaces.")
    return token


def make_client(server_url: str, token: str, timeout: httpx2.Timeout) -> httpx2.Client:
    """Return a client whose paths are relative to ``/api/v1/`` and which carries the token.

    Raises CarSetupError where the address is no http address.
    """
    try:
        url = httpx2.URL(server_url)
    except httpx2.InvalidURL as error:
        raise CarSetupError(f"'{server_url}' is not an address: {error}.") from error
    if url.scheme not in {"http", "https"} or not url.host:
        raise CarSetupError(f"'{server_url}' is not a server's address; use http://host:port.")
    return httpx2.Client(
        base_url=url.join(API_PATH),
        headers={"Authorization": f"Bearer {token}"},
        timeout=timeout,
        # A proxy for the internet has no business between a car and the server on its own LAN.
        trust_env=False,
    )


def refusal(response: httpx2.Response, server_url: str, car_id: str) -> TokenError | None:
    """Return why the server won't have this car, or None where it didn't refuse it."""
    if response.status_code in _REFUSALS:
        return TokenError(
            f"The server at {server_url} doesn't accept this token for '{car_id}'; pair the car "
            "again, or check --token-file and --car-id."
        )
    if response.status_code == httpx2.codes.NOT_FOUND:
        return TokenError(
            f"The server at {server_url} doesn't know '{car_id}', or is not a Paddock server; "
            "check --server and --car-id."
        )
    return None
