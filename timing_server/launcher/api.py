"""The public API as an organiser's program uses it: patient with a server that restarts."""

import time
import uuid
from collections.abc import Callable
from typing import Any

import httpx2

from timing_server.launcher.errors import NotReadyError, RefusedError

PATIENCE_S = 30.0
_PAUSE_S = 0.2


class OrganiserApi:
    """Sends requests under a bearer token; a retry carries the same key, so nothing doubles.

    ``keep_alive`` is called while waiting, so that whoever watches the processes goes on watching.
    """

    def __init__(self, base_url: str, keep_alive: Callable[[], None]) -> None:
        self._client = httpx2.Client(base_url=f"{base_url}/api/v1", timeout=10.0)
        self._keep_alive = keep_alive

    def close(self) -> None:
        """Give the connections back."""
        self._client.close()

    def authorise(self, token: str) -> None:
        """Use this token from now on."""
        self._client.headers["Authorization"] = f"Bearer {token}"

    def is_answering(self) -> bool:
        """Say whether the server is up; a bound port alone doesn't answer yet."""
        try:
            return self._client.get("/health", timeout=1.0).is_success
        except httpx2.TransportError:
            return False

    def get(self, path: str) -> Any:
        """Return the JSON at ``path``; waits out a restart of the server."""
        return self._send("GET", path, None)

    def download(self, path: str) -> bytes:
        """Return the bytes at ``path``; waits out a restart of the server."""
        return self._ask("GET", path, None).content

    def post(self, path: str, body: dict[str, Any] | None = None) -> Any:
        """Send a command and return its answer; waits out a restart of the server.

        Raises RefusedError with the server's own sentence, NotReadyError when it stays away.
        """
        return self._send("POST", path, body or {})

    def _send(self, method: str, path: str, body: dict[str, Any] | None) -> Any:
        answer = self._ask(method, path, body)
        return answer.json() if answer.content else None

    def _ask(self, method: str, path: str, body: dict[str, Any] | None) -> httpx2.Response:
        headers = {"Idempotency-Key": str(uuid.uuid4())} if method == "POST" else {}
        deadline_s = time.monotonic() + PATIENCE_S
        while True:
            try:
                answer = self._client.request(method, path, json=body, headers=headers)
            except httpx2.TransportError as error:
                if time.monotonic() > deadline_s:
                    raise NotReadyError(
                        f"The server did not answer {path} for {PATIENCE_S:.0f} s ({error})."
                    ) from error
                self._keep_alive()
                time.sleep(_PAUSE_S)
                continue
            if answer.is_success:
                return answer
            raise RefusedError(f"The server refused {method} {path}: {_sentence(answer)}")


def _sentence(answer: httpx2.Response) -> str:
    """Return a problem body's own words, else the status."""
    try:
        body = answer.json()
    except ValueError:
        body = {}
    detail = body.get("detail") if isinstance(body, dict) else None
    return str(detail or f"HTTP status {answer.status_code}")
