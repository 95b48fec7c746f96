"""The console's routes: nothing without a login, nothing from another site, nothing by chance."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from typing import Any

import httpx2
import pytest
from fastapi import FastAPI
from fastapi.routing import APIRoute

from car_agent.console.car_side import CarSide
from car_agent.console.web.access import Access
from car_agent.console.web.app import build_app as subject
from car_agent.fleet.offered import OfferedModels
from display.pages.routes import create_console_routes
from hardware.guard.settings import GuardRequest
from tests.car_agent.console.agent import PICTURE, Agent

pytestmark = pytest.mark.anyio

BASE = "http://car.local"
ORIGIN = {"Origin": BASE}

#: Every route, and what it answers to a stranger.
ROUTES = {
    ("POST", "/api/v1/session"),
    ("GET", "/api/v1/session"),
    ("DELETE", "/api/v1/session"),
    ("GET", "/api/v1/car"),
    ("GET", "/api/v1/wifi"),
    ("GET", "/api/v1/picture"),
    ("POST", "/api/v1/by-hand"),
    ("POST", "/api/v1/let-go"),
    ("POST", "/api/v1/alone"),
    ("POST", "/api/v1/alone/stop"),
    ("POST", "/api/v1/calibration"),
    ("POST", "/api/v1/calibration/end"),
    ("GET", "/api/v1/models"),
    ("POST", "/api/v1/model"),
    ("PUT", "/api/v1/models/{name}"),
    ("DELETE", "/api/v1/models/{name}"),
    ("POST", "/api/v1/stop"),
    ("POST", "/api/v1/go-on"),
    ("POST", "/api/v1/e-stop"),
    ("POST", "/api/v1/e-stop/release"),
}
PUBLIC = {("POST", "/api/v1/session"), ("GET", "/api/v1/session")}


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Console:
    """A console of a car whose agent doesn't run."""

    def __init__(self, folder: Path) -> None:
        self.codes: list[str] = []
        self.latch_file = folder / "red.e-stop"
        request = GuardRequest(car_id="red", actuators="none", latch_file=self.latch_file)
        offered = OfferedModels(None, folder / "models", folder / "sent")
        self.car = CarSide(folder / "red.sock", request, None, offered)
        self.app: FastAPI = subject(
            self.car, Access(self.codes.append), create_console_routes(), "car"
        )


@pytest.fixture
def console(tmp_path: Path) -> Iterator[Console]:
    made = Console(tmp_path)
    yield made
    made.car.close()


@pytest.fixture
async def client(console: Console) -> AsyncIterator[httpx2.AsyncClient]:
    transport = httpx2.ASGITransport(console.app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE) as client:
        yield client


async def logged_in(client: httpx2.AsyncClient, console: Console) -> None:
    answer = await client.post("/api/v1/session", json={"code": console.codes[-1]}, headers=ORIGIN)
    assert answer.status_code == 200
    cookie = answer.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def routes(app: FastAPI) -> set[tuple[str, str]]:
    api = [route for route in app.routes if isinstance(route, APIRoute)]
    return {(method, route.path) for route in api for method in route.methods or ()}


async def test_every_route_is_known(console: Console) -> None:
    """It should have no route that this test doesn't know."""
    assert routes(console.app) == ROUTES


@pytest.mark.parametrize(("method", "path"), sorted(ROUTES - PUBLIC))
async def test_strangers_get_nothing(client: httpx2.AsyncClient, method: str, path: str) -> None:
    """It should ask for a login before anything else."""
    answer = await client.request(method, path, headers=ORIGIN)
    assert (answer.status_code, answer.json()["code"]) == (401, "not_signed_in")


@pytest.mark.parametrize("path", ["/api/v1/nothing", "/docs", "/openapi.json"])
async def test_what_is_not_there_is_closed_too(client: httpx2.AsyncClient, path: str) -> None:
    """It should deny by default."""
    assert (await client.get(path)).status_code == 401


@pytest.mark.parametrize(("method", "path"), sorted(each for each in ROUTES if each[0] != "GET"))
@pytest.mark.parametrize("origin", [None, "http://evil.example", "null", "http://car.local:81"])
async def test_other_sites_may_not_write(
    client: httpx2.AsyncClient, console: Console, method: str, path: str, origin: str | None
) -> None:
    """It should refuse a write that doesn't come from its own page, login or not."""
    await logged_in(client, console)
    headers = {} if origin is None else {"Origin": origin}
    answer = await client.request(method, path, headers=headers)
    assert (answer.status_code, answer.json()["code"]) == (403, "wrong_origin")
    assert not console.latch_file.exists()


@pytest.mark.parametrize("host", ["evil.example", "evil.local", "", "car.evil.example"])
async def test_a_foreign_name_is_refused(client: httpx2.AsyncClient, host: str) -> None:
    """It should not answer under a name that somebody pointed at its address."""
    answer = await client.get("/", headers={"Host": host})
    assert answer.status_code == 421


@pytest.mark.parametrize(
    "host", ["car", "car.local:8010", "localhost", "192.168.1.7:8010", "[::1]"]
)
async def test_its_own_names(client: httpx2.AsyncClient, host: str) -> None:
    """It should show its page under its names and addresses."""
    answer = await client.get("/", headers={"Host": host})
    assert answer.status_code == 200
    assert "<car-console>" in answer.text
    assert "default-src 'self'" in answer.headers["content-security-policy"]


async def test_wrong_code(client: httpx2.AsyncClient) -> None:
    """It should say so, and slow guessing down."""
    told = [
        (await client.post("/api/v1/session", json={"code": "no"}, headers=ORIGIN)).json()["code"]
        for _ in range(6)
    ]
    assert told == ["car_wrong_code"] * 5 + ["too_many_tries"]


async def test_without_an_agent(client: httpx2.AsyncClient, console: Console) -> None:
    """It should say that the agent is away, and latch and release the stop all the same."""
    await logged_in(client, console)
    told: dict[str, Any] = (await client.get("/api/v1/car")).json()
    assert told == {"agent": "away", "word": None, "e_stop": None}
    refused = await client.post("/api/v1/stop", headers=ORIGIN)
    assert (refused.status_code, refused.json()["code"]) == (409, "car_agent_away")
    assert (await client.post("/api/v1/e-stop", headers=ORIGIN)).status_code == 204
    assert (await client.get("/api/v1/car")).json()["e_stop"] == "the car's console"
    assert (await client.post("/api/v1/e-stop/release", headers=ORIGIN)).status_code == 204
    assert not console.latch_file.exists()


async def test_bad_bodies(client: httpx2.AsyncClient, console: Console) -> None:
    """It should refuse what is no command, and a body that is too large."""
    await logged_in(client, console)
    for body in ({}, {"press": "../..", "tick_us": 0, "steering_frac": 0, "throttle_frac": 0}):
        answer = await client.post("/api/v1/by-hand", json=body, headers=ORIGIN)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    press = {"press": "0a" * 8, "tick_us": 0}
    for path, body in (
        ("alone", press | {"speed_percent": 0}),
        ("alone", press | {"speed_percent": 101}),
        ("calibration", press | {"act": "begin"}),
        ("calibration", press | {"act": "begin", "is_wheels_up": False}),
        ("calibration", press | {"act": "nudge", "is_wheels_up": True, "by_us": 1000}),
    ):
        answer = await client.post(f"/api/v1/{path}", json=body, headers=ORIGIN)
        assert (answer.status_code, answer.json()["code"]) == (422, "invalid_request")
    large = await client.post("/api/v1/by-hand", content=b" " * 5000, headers=ORIGIN)
    assert large.status_code == 413


async def test_lists_the_models_without_an_agent(
    client: httpx2.AsyncClient, console: Console, tmp_path: Path
) -> None:
    """It should list what lies on the car, also where no agent could load it."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "lap.onnx").write_bytes(b"four")
    await logged_in(client, console)
    (found,) = (await client.get("/api/v1/models")).json()["models"]
    assert (found["key"], found["size_bytes"]) == ("folder/lap.onnx", 4)
    refused = await client.post("/api/v1/model", json={"key": found["key"]}, headers=ORIGIN)
    assert (refused.status_code, refused.json()["code"]) == (409, "car_agent_away")


@pytest.fixture
def agent(tmp_path: Path) -> Iterator[Agent]:
    """The console's agent, which runs."""
    agent = Agent(tmp_path / "red.sock")
    agent.door.start()
    yield agent
    agent.door.close()


class Browser:
    """A logged-in page, and one press of a button on it: each word answers the tick before."""

    def __init__(self, client: httpx2.AsyncClient, path: str, **body: object) -> None:
        self._client = client
        self._path = path
        self._body = {"press": "0a" * 8, "tick_us": 0, **body}

    async def say(self, **more: object) -> httpx2.Response:
        """Say one word, and take the tick of the answer for the next."""
        path, body = f"/api/v1/{self._path}", self._body | more
        answer = await self._client.post(path, json=body, headers=ORIGIN)
        if answer.status_code == 200:
            self._body["tick_us"] = answer.json()["tick_us"]
        return answer


async def test_the_model_drives_from_the_second_word_on(
    client: httpx2.AsyncClient, console: Console, agent: Agent
) -> None:
    """It should tell the first word a tick and move nothing by it, then drive, then stop."""
    await logged_in(client, console)
    page = Browser(client, "alone", speed_percent=50)
    assert (await page.say()).status_code == 200
    assert agent.desk.seat.user() is None
    assert (await page.say()).status_code == 200
    assert agent.desk.seat.user() == "model"
    assert agent.desk.solo.permission(0).throttle_scale == 0.5
    stopped = await client.post("/api/v1/alone/stop", json={"press": "0a" * 8}, headers=ORIGIN)
    assert stopped.status_code == 204
    refused = await page.say()
    assert (refused.status_code, refused.json()["code"]) == (409, "car_start_anew")


async def test_calibration(client: httpx2.AsyncClient, console: Console, agent: Agent) -> None:
    """It should tell where the calibration is, and that it is over."""
    await logged_in(client, console)
    page = Browser(client, "calibration", act="begin", is_wheels_up=True)
    assert (await page.say()).json()["calibration"] is None
    assert (await page.say()).json()["calibration"]["step"] == "steering_mid"
    assert (await page.say(act="confirm")).json()["calibration"]["step"] == "steering_left"
    ended = await client.post("/api/v1/calibration/end", json={"press": "0a" * 8}, headers=ORIGIN)
    assert ended.status_code == 204
    assert agent.desk.seat.user() is None


async def test_stop_and_go_on(client: httpx2.AsyncClient, console: Console, agent: Agent) -> None:
    """It should hold the car, refuse to drive meanwhile, and let it go on."""
    await logged_in(client, console)
    assert (await client.post("/api/v1/stop", headers=ORIGIN)).status_code == 204
    assert agent.desk.seat.is_held
    page = Browser(client, "alone", speed_percent=50)
    await page.say()
    assert (await page.say()).json()["code"] == "car_held"
    assert (await client.post("/api/v1/go-on", headers=ORIGIN)).status_code == 204
    assert not agent.desk.seat.is_held


async def test_shows_and_loads(
    client: httpx2.AsyncClient, console: Console, agent: Agent, tmp_path: Path
) -> None:
    """It should show the agent's word and picture, and have it load what lies on the car."""
    (tmp_path / "models").mkdir()
    (tmp_path / "models" / "lap.onnx").touch()
    await logged_in(client, console)
    told = (await client.get("/api/v1/car")).json()
    assert (told["agent"], told["word"]["model_name"]) == ("there", "lap")
    assert (await client.get("/api/v1/picture")).content == PICTURE
    for key, status in (("folder/lap.onnx", 204), ("../lap.onnx", 409), ("", 422)):
        answer = await client.post("/api/v1/model", json={"key": key}, headers=ORIGIN)
        assert answer.status_code == status
    assert [each.name for each in agent.desk.yard.asked] == ["lap.onnx"]


async def test_log_out(client: httpx2.AsyncClient, console: Console) -> None:
    """It should end the session."""
    await logged_in(client, console)
    assert (await client.get("/api/v1/session")).json()["role"] == "owner"
    assert (await client.delete("/api/v1/session", headers=ORIGIN)).status_code == 204
    assert (await client.get("/api/v1/session")).json()["role"] == "public"
