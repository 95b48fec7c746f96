"""The car's way to the server: an HTTP client that carries its token."""

from threading import Thread

import httpx2

from car_agent.errors import TokenError

API_PATH = "/api/v1/"

_REFUSALS = (401, 403)


def make_client(
    server_url: str,
    token: str,
    timeout: httpx2.Timeout,
    transport: httpx2.BaseTransport | None = None,
) -> httpx2.Client:
    """Return a client whose paths are relative to ``/api/v1/`` and which carries the token."""
    return httpx2.Client(
        base_url=httpx2.URL(server_url).join(API_PATH),
        headers={"Authorization": f"Bearer {token}"},
        timeout=timeout,
        transport=transport,
        # A proxy for the internet has no business between a car and the server on its own LAN.
        trust_env=False,
    )


def close_after(thread: Thread, client: httpx2.Client, patience_s: float) -> None:
    """Close the client of a thread that was told to end, once it has.

    One that hangs on the network for longer than ``patience_s`` is not waited for, and keeps it.
    """
    if thread.is_alive():
        thread.join(patience_s)
    if not thread.is_alive():
        client.close()


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
