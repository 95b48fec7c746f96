"""Devices that show six digits: let in, turned away, guessed at, and forgotten."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx2
import pytest

from car_agent.main import as_paired
from car_agent.settings import CarSettings
from hardware.pairing import PairingRefusedError, pair, pair_into
from hardware.server_access import read_token
from tests.timing_server.web.live_server import PATIENCE_S, Organiser, organising
from timing_server.contract.people.pairing import PairingRequest
from timing_server.service.people.pairings import OPENED_A_MINUTE, TRIES

NODE = PairingRequest(role="node", name="node-7")


@pytest.fixture
def organiser(tmp_path: Path) -> Iterator[Organiser]:
    """A server of the test's own: pairings are limited by the minute."""
    (tmp_path / "server").mkdir()
    with organising(tmp_path / "server") as client:
        yield client


class Device:
    """The real client of nodes and cars, in a thread of its own."""

    def __init__(self, organiser: Organiser, file: Path, request: PairingRequest = NODE) -> None:
        self.said: list[str] = []
        self.error: PairingRefusedError | None = None
        self._file = file
        self._request = request
        self._url = organiser.url.removesuffix("/api/v1")
        self._thread = threading.Thread(target=self._run, daemon=True)
        self._thread.start()

    def _run(self) -> None:
        try:
            pair_into(self._file, self._url, self._request, self.said.append)
        except PairingRefusedError as error:
            self.error = error

    def code(self) -> str:
        """Return the digits that it shows."""
        deadline_s = time.monotonic() + PATIENCE_S
        while not any("Pairing code" in line for line in self.said):
            assert time.monotonic() < deadline_s, self.said
            time.sleep(0.01)
        line = next(line for line in self.said if "Pairing code" in line)
        return line.split(":", 1)[1].strip()[:7]

    def join(self) -> None:
        """Wait for its end."""
        self._thread.join(PATIENCE_S)
        assert not self._thread.is_alive()


def wrong(code: str) -> str:
    return f"{(int(code.replace(' ', '')) + 1) % 1_000_000:06}"


def test_a_node_is_let_in(organiser: Organiser, tmp_path: Path) -> None:
    """It should keep a token of its own, for its eyes alone, that lets the node speak."""
    file = tmp_path / "node" / "token"
    device = Device(organiser, file)
    code = device.code()
    (waiting,) = organiser.get("/pairings")
    assert (waiting["role"], waiting["name"]) == ("node", "node-7")
    assert (waiting["address"], waiting["tries_left"]) == ("127.0.0.1", TRIES)
    assert code.replace(" ", "") not in str(waiting)
    path = f"/pairings/{waiting['pairing_id']}"
    made = organiser.post(f"{path}/approve", {"code": code})
    assert (made["role"], made["scope"], made["kind"]) == ("node", "node-7", "token")
    device.join()
    assert file.stat().st_mode & 0o777 == 0o600
    bearer = {"Authorization": f"Bearer {file.read_text().strip()}"}
    own = httpx2.post(f"{organiser.url}/nodes/node-7/journal", json={}, headers=bearer)
    assert own.json()["code"] == "invalid_request"
    other = httpx2.post(f"{organiser.url}/nodes/node-8/journal", json={}, headers=bearer)
    assert other.json()["code"] == "forbidden"
    assert organiser.get("/pairings") == []
    assert organiser.refusal(f"{path}/approve", {"code": code})["code"] == "unknown_pairing"


def test_five_wrong_codes_end_it(organiser: Organiser, tmp_path: Path) -> None:
    """It should count down, then turn the device away with one sentence."""
    device = Device(organiser, tmp_path / "token")
    code = device.code()
    path = f"/pairings/{organiser.get('/pairings')[0]['pairing_id']}/approve"
    for left in range(TRIES - 1, -1, -1):
        problem = organiser.refusal(path, {"code": wrong(code)})
        assert (problem["status"], problem["code"]) == (403, "code_refused")
        waiting = organiser.get("/pairings")
        assert [each["tries_left"] for each in waiting] == ([left] if left else [])
    assert organiser.refusal(path, {"code": code})["code"] == "unknown_pairing"
    device.join()
    assert "turned 'node-7' away" in str(device.error)
    assert not (tmp_path / "token").exists()


def test_the_organiser_may_say_no(organiser: Organiser, tmp_path: Path) -> None:
    """It should tell the device so."""
    device = Device(organiser, tmp_path / "token")
    device.code()
    (waiting,) = organiser.get("/pairings")
    answer = organiser.http.delete(f"/pairings/{waiting['pairing_id']}")
    assert answer.status_code == 204
    device.join()
    assert device.error is not None


def test_a_car_must_be_signed_up(organiser: Organiser, tmp_path: Path) -> None:
    """It should refuse a car that nobody knows, and take it by the same digits once known."""
    device = Device(organiser, tmp_path / "token", PairingRequest(role="car", name="red"))
    code = device.code()
    path = f"/pairings/{organiser.get('/pairings')[0]['pairing_id']}/approve"
    assert organiser.refusal(path, {"code": code})["code"] == "unknown_car"
    organiser.post("/cars", {"car_id": "red", "name": "Red Rocket"})
    assert organiser.post(path, {"code": code})["scope"] == "red"
    device.join()
    assert device.error is None


def test_the_organiser_says_which_car_it_is(organiser: Organiser, tmp_path: Path) -> None:
    """It should give the device the token of that car, and let it know for every later start."""
    file = tmp_path / "token"
    device = Device(organiser, file, PairingRequest(role="car", name="borrowed-pi"))
    code = device.code()
    organiser.post("/cars", {"car_id": "green", "name": "Green Comet"})
    path = f"/pairings/{organiser.get('/pairings')[0]['pairing_id']}/approve"
    made = organiser.post(path, {"code": code, "scope": "green"})
    assert (made["principal"], made["scope"]) == ("borrowed-pi", "green")
    device.join()
    assert device.error is None
    settings = CarSettings(
        server_url=organiser.url.removesuffix("/api/v1"),
        car_id="borrowed-pi",
        token_file=file,
        model=tmp_path / "m.onnx",
    )
    assert as_paired(settings).car_id == "green"
    report = {
        "Authorization": f"Bearer {read_token(as_paired(settings).token_path)}",
    }
    for car_id, status in (("green", 422), ("borrowed-pi", 403)):
        answer = httpx2.post(f"{organiser.url}/cars/{car_id}/telemetry", json={}, headers=report)
        assert answer.status_code == status, car_id
    file.write_text("a-token-that-came-by-hand")
    assert as_paired(settings) is settings


def test_only_the_device_collects(organiser: Organiser) -> None:
    """It should tell the token to nobody who lacks the secret, and again where it was lost."""
    opened = httpx2.post(f"{organiser.url}/pairings", json=NODE.model_dump()).json()
    path = f"/pairings/{opened['pairing_id']}"
    thief = httpx2.post(f"{organiser.url}{path}/collect", json={"secret": opened["code"]})
    assert (thief.status_code, thief.json()["code"]) == (404, "unknown_pairing")
    stranger = httpx2.post(f"{organiser.url}{path}/approve", json={"code": opened["code"]})
    assert stranger.status_code == 401
    organiser.post(f"{path}/approve", {"code": opened["code"]})
    body = {"secret": opened["secret"]}
    answers = [httpx2.post(f"{organiser.url}{path}/collect", json=body).json() for _ in range(2)]
    assert answers[0]["status"] == "approved"
    assert answers[0] == answers[1]


def test_devices_are_limited(organiser: Organiser) -> None:
    """It should stop an address that floods the list."""
    for _ in range(OPENED_A_MINUTE):
        assert httpx2.post(f"{organiser.url}/pairings", json=NODE.model_dump()).is_success
    flood = httpx2.post(f"{organiser.url}/pairings", json=NODE.model_dump())
    assert (flood.status_code, flood.json()["code"]) == (429, "too_many_requests")
    refused = httpx2.post(f"{organiser.url}/pairings", json={"role": "organiser", "name": "x"})
    assert refused.status_code == 422


@contextmanager
def answers(*statuses: int) -> Iterator[httpx2.MockTransport]:
    """A server that answers so, one after the other."""
    waiting = list(statuses)
    yield httpx2.MockTransport(lambda _: httpx2.Response(waiting.pop(0), json={}))


def test_a_device_says_what_it_can_not_do() -> None:
    """It should wait for a server that is away, and give up at one that is something else."""
    said: list[str] = []
    rests: list[float] = []
    with (
        answers(503, 429, 404) as transport,
        pytest.raises(PairingRefusedError, match="check --server"),
    ):
        pair("http://server", NODE, said.append, rests.append, transport)
    assert len(rests) == 2
    with answers(200) as transport, pytest.raises(PairingRefusedError, match="release"):
        pair("http://server", NODE, said.append, rests.append, transport)


def test_a_car_is_signed_up_as_it_is_let_in(organiser: Organiser) -> None:
    """It should be named and coloured by the organiser, and not take another car's place."""
    request = {"role": "car", "name": "kart-7"}
    opened = httpx2.post(f"{organiser.url}/pairings", json=request).json()
    path = f"/pairings/{opened['pairing_id']}/approve"
    wish = {"code": opened["code"], "new_car": {"name": "Volt", "colour": "#a3e635"}}
    wrong = wish | {"code": "000000" if opened["code"] != "000000" else "111111"}
    assert organiser.refusal(path, wrong)["code"] == "code_refused"
    assert "kart-7" not in {car["car_id"] for car in organiser.get("/cars")}
    assert organiser.post(path, wish)["scope"] == "kart-7"
    (car,) = [each for each in organiser.get("/cars") if each["car_id"] == "kart-7"]
    assert (car["name"], car["colour"]) == ("Volt", "#a3e635")
    again = httpx2.post(f"{organiser.url}/pairings", json=request).json()
    taken = wish | {"code": again["code"]}
    assert (
        organiser.refusal(f"/pairings/{again['pairing_id']}/approve", taken)["code"] == "car_exists"
    )
    # Nothing was used up: the same digits still let it in, as the car that it is.
    known = {"code": again["code"], "scope": "kart-7"}
    assert organiser.post(f"/pairings/{again['pairing_id']}/approve", known)["scope"] == "kart-7"


def test_cars_without_a_colour_differ(organiser: Organiser) -> None:
    """It should give each a colour of its own."""
    made = [organiser.post("/cars", {"name": f"Car {at}"})["colour"] for at in range(12)]
    assert len(set(made)) == len(made)


def test_what_the_network_says_is_the_organisers(organiser: Organiser) -> None:
    """It should be an empty list where nobody listens, and nobody else's to read."""
    assert organiser.get("/pairings/found") == []
    assert httpx2.get(f"{organiser.url}/pairings/found").status_code == 401
