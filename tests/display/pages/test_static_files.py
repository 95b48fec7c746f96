"""Static files from memory: always as they are on disk, and nothing but files."""

import os
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette
from starlette.routing import Mount

from display.pages import static_files as subject

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def client(tmp_path: Path) -> httpx2.AsyncClient:
    app = Starlette(routes=[Mount("/static", subject.KeptStaticFiles(tmp_path))])
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test")


async def test_a_file_that_changes_is_read_anew(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    """It should answer with what is there now, also with another file of the same size."""
    file = tmp_path / "page.js"
    tags = []
    for number, text in enumerate(("one", "two", "three")):
        file.write_text(text)
        os.utime(file, ns=(number, number))
        for _ in range(2):
            answer = await client.get("/static/page.js")
            assert answer.text == text
            assert answer.headers["Content-Length"] == str(len(text))
        tags.append(answer.headers["ETag"])
    assert len(set(tags)) == 3
    stale = await client.get("/static/page.js", headers={"If-None-Match": tags[1]})
    assert (stale.status_code, stale.text) == (200, "three")


async def test_a_file_that_goes_and_comes(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    """It should be gone at once, be there again at once, and be known by its content."""
    file = tmp_path / "page.css"
    file.write_text("a {}")
    tag = (await client.get("/static/page.css")).headers["ETag"]
    file.unlink()
    assert (await client.get("/static/page.css")).status_code == 404
    file.write_text("a {}")
    again = await client.get("/static/page.css", headers={"If-None-Match": tag})
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["ETag"] == tag
    assert again.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize("times_asked", [0, 1])
async def test_nothing_is_written(
    client: httpx2.AsyncClient, tmp_path: Path, times_asked: int
) -> None:
    """It should refuse every other method, whether it has the file or not."""
    (tmp_path / "page.js").write_text("one")
    for _ in range(times_asked):
        await client.get("/static/page.js")
    for method in ("POST", "PUT", "DELETE"):
        assert (await client.request(method, "/static/page.js")).status_code == 405
    assert (await client.head("/static/page.js")).headers["Content-Length"] == "3"


async def test_a_folder_is_no_file(client: httpx2.AsyncClient, tmp_path: Path) -> None:
    """It should list nothing."""
    (tmp_path / "parts").mkdir()
    assert (await client.get("/static/parts")).status_code == 404
    assert (await client.get("/static/")).status_code == 404
