"""Models brought from a phone: whole or not at all, in one folder, within bounds."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx2
import pytest

from car_agent.console.web import bringing as subject
from car_agent.models.papers import MAX_CARD_BYTES
from tests.car_agent.console.web.test_app import BASE, ORIGIN, Console, logged_in

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
async def page(tmp_path: Path) -> AsyncIterator[httpx2.AsyncClient]:
    """A logged-in browser."""
    console = Console(tmp_path)
    transport = httpx2.ASGITransport(console.app)
    async with httpx2.AsyncClient(transport=transport, base_url=BASE, headers=ORIGIN) as client:
        await logged_in(client, console)
        yield client


async def bring(page: httpx2.AsyncClient, name: str, content: bytes = b"four") -> httpx2.Response:
    return await page.put(f"/api/v1/models/{name}", content=content)


async def test_is_kept_listed_and_deleted(page: httpx2.AsyncClient, tmp_path: Path) -> None:
    """It should keep a model and its papers, offer the model, and delete both."""
    folder = tmp_path / "models"
    for name in ("my lap (2).metadata.json", "my lap (2).onnx?has_metadata=true"):
        assert (await bring(page, name)).status_code == 204
    assert (await bring(page, "my lap (2).onnx?has_metadata=1", b"again")).status_code == 204
    (found,) = (await page.get("/api/v1/models")).json()["models"]
    assert (found["key"], found["size_bytes"]) == ("folder/my lap (2).onnx", 5)
    assert {each.name for each in folder.iterdir()} == {
        "my lap (2).onnx",
        "my lap (2).metadata.json",
    }
    assert (await page.delete("/api/v1/models/my lap (2).onnx")).status_code == 204
    assert list(folder.iterdir()) == []
    gone = await page.delete("/api/v1/models/my lap (2).onnx")
    assert (gone.status_code, gone.json()["code"]) == (404, "car_no_such_model")


async def test_another_of_its_name(page: httpx2.AsyncClient, tmp_path: Path) -> None:
    """It should not read the papers of a file that lay there before."""
    for name in ("lap.card.json", "lap.onnx?has_card=true", "lap.onnx"):
        assert (await bring(page, name)).status_code == 204
    assert [each.name for each in (tmp_path / "models").iterdir()] == ["lap.onnx"]


@pytest.mark.parametrize(
    "name",
    [
        *(".onnx", ".hidden.onnx", "lap.exe", "lap.json", "..%5Clap.onnx", "lap%0A.onnx"),
        *("a" * 200 + ".onnx", "%2E%2E"),
    ],
)
async def test_other_names(page: httpx2.AsyncClient, tmp_path: Path, name: str) -> None:
    """It should write nothing that isn't a model's file in the folder itself."""
    assert (await bring(page, name)).status_code in {404, 405, 422}
    assert (await bring(page, f"..%2F{name}")).status_code in {404, 405, 422}
    assert not (tmp_path / "models").exists()


async def test_bounds(
    page: httpx2.AsyncClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should refuse what is too large, or leaves no room on the disk, and keep nothing of it."""
    large = await bring(page, "lap.card.json", b" " * (MAX_CARD_BYTES + 1))
    assert (large.status_code, large.json()["code"]) == (413, "body_too_large")
    monkeypatch.setattr(subject, "FREE_BYTES", 1 << 60)
    full = await bring(page, "lap.onnx")
    assert (full.status_code, full.json()["code"]) == (409, "car_disk_full")
    assert list((tmp_path / "models").iterdir()) == []


async def test_a_file_that_fails_halfway(page: httpx2.AsyncClient, tmp_path: Path) -> None:
    """It should keep the one before, and nothing of the new one."""
    await bring(page, "lap.onnx", b"before")

    async def broken() -> AsyncIterator[bytes]:
        yield b"half"
        raise OSError(28, "No space left on device")

    failed = await page.put("/api/v1/models/lap.onnx", content=broken())
    assert (failed.status_code, failed.json()["code"]) == (409, "car_model_not_kept")
    assert [each.read_bytes() for each in (tmp_path / "models").iterdir()] == [b"before"]
