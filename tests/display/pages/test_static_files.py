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
def files(tmp_path: Path) -> subject.KeptStaticFiles:
    return subject.KeptStaticFiles(tmp_path)


@pytest.fixture
def client(files: subject.KeptStaticFiles) -> httpx2.AsyncClient:
    app = Starlette(routes=[Mount("/static", files)])
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


async def test_an_edition_is_kept_for_good(
    files: subject.KeptStaticFiles, client: httpx2.AsyncClient, tmp_path: Path
) -> None:
    """It should let browsers keep the files of the edition that is, and no others."""
    (tmp_path / "parts").mkdir()
    (tmp_path / "parts" / "page.js").write_text("one")
    address = (await files.edition()).address
    assert address == (await files.edition()).address
    kept = await client.get(f"{address}/parts/page.js")
    assert (kept.text, kept.headers["Cache-Control"]) == (
        "one",
        "public, max-age=31536000, immutable",
    )
    assert kept.headers["Content-Type"] == subject.MEDIA_TYPES[".js"]
    for other in ("/static", "/static/~", "/static/~0123456789abcdef"):
        asked = await client.get(f"{other}/parts/page.js")
        assert (asked.text, asked.headers["Cache-Control"]) == ("one", "no-cache"), other
    for nothing in (address, f"{address}/parts", f"{address}/page.js", f"{address}{address}"):
        assert (await client.get(nothing)).status_code == 404, nothing


@pytest.mark.parametrize("change", ["written anew", "another added", "gone"])
async def test_an_edition_ends_with_a_change(
    files: subject.KeptStaticFiles, client: httpx2.AsyncClient, tmp_path: Path, change: str
) -> None:
    """It should have another address once a file changes, and nothing be kept by the old one."""
    page, other = tmp_path / "page.js", tmp_path / "other.js"
    page.write_text("one")
    other.write_text("other")
    before = (await files.edition()).address
    if change == "written anew":
        page.write_text("three")
        # Nobody has asked for a page since; the file itself shows that it isn't the edition's.
        early = await client.get(f"{before}/page.js")
        assert (early.text, early.headers["Cache-Control"]) == ("three", "no-cache")
    elif change == "another added":
        (tmp_path / "more.js").write_text("more")
    else:
        other.unlink()
    after = (await files.edition()).address
    assert after != before
    late = await client.get(f"{before}/page.js")
    assert (late.status_code, late.headers["Cache-Control"]) == (200, "no-cache")
    assert "immutable" in (await client.get(f"{after}/page.js")).headers["Cache-Control"]


async def test_a_page_from_before_a_restart(tmp_path: Path) -> None:
    """It should know its edition also before anybody has asked for a page."""
    (tmp_path / "page.js").write_text("one")
    address = (await subject.KeptStaticFiles(tmp_path).edition()).address
    app = Starlette(routes=[Mount("/static", subject.KeptStaticFiles(tmp_path))])
    transport = httpx2.ASGITransport(app=app)
    async with httpx2.AsyncClient(transport=transport, base_url="http://test") as client:
        answer = await client.get(f"{address}/page.js")
    assert "immutable" in answer.headers["Cache-Control"]
