"""A server that was found proves that it gave a device its token, before it is sent there."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx2
import pytest

from hardware import discovery
from hardware.discovery import FoundServer, with_server
from hardware.server_access import FIND, is_proven
from hardware.settings import NodeSettings
from tests.timing_server.web.live_server import Organiser
from timing_server.contract.people.proof import digest_of, name_of


class Relay(BaseHTTPRequestHandler):
    """A stranger's server: hands every question on to the real one, and its answer back."""

    real = ""
    heard: list[tuple[str, dict[str, str]]]

    def do_POST(self) -> None:
        self.heard.append((self.path, dict(self.headers)))
        body = self.rfile.read(int(self.headers["Content-Length"]))
        headers = {"Content-Type": "application/json"}
        answer = httpx2.post(f"{self.real}{self.path}", content=body, headers=headers)
        self.send_response(answer.status_code)
        self.end_headers()
        self.wfile.write(answer.content)

    def log_message(self, *_args: object) -> None:
        """Say nothing."""


@contextmanager
def relaying(real: str) -> Iterator[tuple[str, list[tuple[str, dict[str, str]]]]]:
    """Serve as a stranger at a port of its own; yields its address and what it heard."""
    kind = type("Stranger", (Relay,), {"real": real, "heard": []})
    server = ThreadingHTTPServer(("127.0.0.1", 0), kind)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", kind.heard  # type: ignore[attr-defined]
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def url_of(organiser: Organiser) -> str:
    return organiser.url.removesuffix("/api/v1")


def test_the_server_that_gave_a_token_proves_it(organiser: Organiser) -> None:
    """It should hold for a device's token, and end with it."""
    token = organiser.token("node", "node-7")
    assert is_proven(url_of(organiser), token)
    assert not is_proven(url_of(organiser), "a-token-of-another-venue")
    (made,) = [each for each in organiser.get("/credentials") if each["principal"] == "node-7"]
    organiser.http.delete(f"/credentials/{made['credential_id']}")
    assert not is_proven(url_of(organiser), token)


def test_nothing_answers_or_something_else(organiser: Organiser) -> None:
    """It should be no proof."""
    assert not is_proven("http://127.0.0.1:9", "token")
    assert not is_proven(f"{url_of(organiser)}/no-such", organiser.token("node", "node-8"))


@pytest.mark.parametrize("body", [{}, {"token_name": "x", "nonce": "y"}, {"token_name": "0" * 64}])
def test_what_is_no_question_is_refused(organiser: Organiser, body: dict[str, Any]) -> None:
    """It should be one sentence for anybody."""
    answer = httpx2.post(f"{organiser.url}/pairings/proof", json=body)
    assert answer.json()["code"] == "invalid_request"


def test_a_browsers_session_is_no_devices_token(organiser: Organiser) -> None:
    """It should prove what devices were given alone."""
    code = organiser.post("/codes", {"role": "marshal", "principal": "marshal-made-up"})["code"]
    headers = {"Origin": url_of(organiser)}
    cookies = httpx2.post(f"{organiser.url}/session", json={"code": code}, headers=headers).cookies
    name = name_of(digest_of(cookies["paddock_session"]))
    asked = {"token_name": name, "nonce": "0" * 64}
    assert httpx2.post(f"{organiser.url}/pairings/proof", json=asked).status_code == 404


def test_a_stranger_that_asks_the_real_server_is_passed_over(
    organiser: Organiser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should hear the question and never the token; the real one is taken."""
    token = organiser.token("node", "node-9")
    real = FoundServer("Paddock on pi", url_of(organiser))
    said: list[str] = []
    with relaying(real.url) as (url, heard):
        stranger = FoundServer("A Paddock", url)
        rounds = iter([[stranger], [stranger, real]])
        monkeypatch.setattr(discovery, "find_servers", lambda _interfaces: next(rounds))
        monkeypatch.setattr(discovery, "ASK_AGAIN_S", 0.0)
        found = with_server(NodeSettings(server_url=FIND), said.append, token)
    assert found.server_url == real.url
    assert {path for path, _ in heard} == {"/api/v1/pairings/proof"}
    assert not [each for each in heard if token in str(each)]
    (line,) = [line for line in said if "Passed over" in line]
    assert f"'A Paddock' at {url}" in line
    assert "--pair" in line
