"""What the bridge makes of race control's wishes, step by step, without its threads."""

from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path
from typing import Any

import httpx2
import pytest

from car_agent.fleet.cache import ModelCache
from car_agent.fleet.log_tail import LogTail
from car_agent.stock import desk
from car_agent.stock.desk import DeskParts, StockDesk
from car_agent.stock.errors import ConsoleError
from car_agent.stock.watch import CarHealth
from tests.car_agent.models.intake.archives import packed
from tests.car_agent.stock.test_delivery import Models
from timing_server.contract.machines.fleet import (
    ArchiveWanted,
    CarCondition,
    CarOrders,
    ModelWanted,
)

ARCHIVE = packed({"agent/model.pb": b"graph"})
HASH = sha256(ARCHIVE).hexdigest()
FOLDER = f"My-lap-{HASH[:8]}"
WANTED = ModelWanted(
    sha256="ab" * 32,
    size_bytes=5,
    archive=ArchiveWanted(sha256=HASH, size_bytes=len(ARCHIVE), name="My lap"),
)
ODD = ModelWanted(sha256="cd" * 32, size_bytes=5)


class Bridge:
    """A desk between a scripted server and a scripted console."""

    def __init__(self, folder: Path, own: Path | None = None) -> None:
        self.content = ARCHIVE
        self.orders = CarOrders(load_sha256=WANTED.sha256, fetch=(WANTED, ODD))
        self.asked: list[str] = []
        self.told: CarCondition | None = None
        self.console: Any = Models(["loaded"])
        self.health = CarHealth()
        self.may_load = True
        self.client = httpx2.Client(
            base_url="http://server/api/v1/", transport=httpx2.MockTransport(self._answer)
        )
        parts = DeskParts(
            self,  # hands on to whichever console the test has put
            ModelCache(folder / "archives", 10**6, ".archive"),
            self.health,
            LogTail(),
            lambda: self.may_load,
        )
        self.subject = StockDesk(self.client, "red", parts, own)

    def _answer(self, request: httpx2.Request) -> httpx2.Response:
        self.asked.append(request.url.path.removeprefix("/api/v1/"))
        if request.method == "GET":
            return httpx2.Response(200, content=self.content)
        self.told = CarCondition.model_validate_json(request.content)
        return httpx2.Response(200, content=self.orders.model_dump_json())

    def __getattr__(self, name: str) -> Any:
        return getattr(self.console, name)

    def turn(self) -> None:
        self.subject.report()
        self.subject.work()

    def states(self) -> list[tuple[str, str]]:
        self.subject.report()
        assert self.told is not None
        return [(each.state, each.reason) for each in self.told.deliveries]


@pytest.fixture
def bridge(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bridge]:
    monkeypatch.setattr(desk, "PAUSE_S", 0.0)
    monkeypatch.setattr("car_agent.stock.delivery.LOOK_EVERY_S", 0.001)
    made = Bridge(tmp_path)
    yield made
    made.client.close()


def test_an_archive_is_loaded_once(bridge: Bridge) -> None:
    """It should fetch it at once, load it when the car stands, and neither again."""
    bridge.may_load = False
    bridge.turn()
    assert bridge.asked == ["cars/red/condition", f"models/{WANTED.sha256}/archive"]
    assert bridge.console.uploaded == {}
    bridge.may_load = True
    bridge.turn()
    bridge.turn()
    assert bridge.console.uploaded == {FOLDER: ARCHIVE}
    assert bridge.console.loads == [(FOLDER, "model")]
    assert bridge.health.model_name == FOLDER
    assert len([each for each in bridge.asked if each.endswith("/archive")]) == 1
    ready, odd = bridge.states()
    assert ready == ("ready", "")
    assert odd[0] == "failed"
    assert "frozen graph" in odd[1]


def test_other_bytes_never_reach_the_car(bridge: Bridge) -> None:
    """It should hold what came against the hash that was told, and ask anew."""
    bridge.content = b"x" * len(ARCHIVE)
    bridge.turn()
    assert bridge.console.uploaded == {}
    assert bridge.states()[0] == ("waiting", "")
    bridge.content = ARCHIVE
    bridge.turn()
    assert bridge.console.uploaded == {FOLDER: ARCHIVE}


def test_a_refused_archive_is_named_and_not_tried_again(bridge: Bridge) -> None:
    """It should stay so until another was loaded."""
    bridge.console = Models(["error"])
    bridge.turn()
    bridge.turn()
    assert bridge.console.loads == [(FOLDER, "model")]
    assert bridge.states()[0] == ("failed", f"The car couldn't load {FOLDER}; see its own console.")
    assert bridge.health.load_trouble is not None


def test_a_console_that_was_away_is_tried_again(bridge: Bridge, tmp_path: Path) -> None:
    """It should go on with the archive that was given at the start, too."""

    class Away(Models):
        def upload(self, name: str, archive: object) -> None:
            raise ConsoleError("The car's console doesn't answer.")

    own = tmp_path / "own.tar.gz"
    own.write_bytes(ARCHIVE)
    with_own = Bridge(tmp_path, own)
    with_own.orders = CarOrders()
    for subject, folder in ((bridge, FOLDER), (with_own, "own")):
        subject.console = Away([])
        subject.turn()
        assert subject.health.load_trouble == "The car's console doesn't answer."
        subject.console = Models(["loaded"])
        subject.turn()
        assert subject.health.load_trouble is None
        assert subject.console.loads == [(folder, "model")]
    with_own.client.close()
