"""The pages' routes: what they answer, and that nothing comes from elsewhere."""

import base64
import hashlib
import json
import re
from pathlib import Path

import httpx2
import pytest
from starlette.applications import Starlette

from display.pages import routes as subject
from display.pages import shell
from display.pages.static_files import MEDIA_TYPES

pytestmark = pytest.mark.anyio

PAGES = tuple(shell.PAGES)
OWN_FILES = sorted(
    path.relative_to(subject.STATIC_FOLDER).as_posix()
    for path in subject.STATIC_FOLDER.rglob("*")
    if path.is_file() and "vendor" not in path.parts
)
VENDORED = sorted(
    path.relative_to(subject.STATIC_FOLDER).as_posix()
    for path in (subject.STATIC_FOLDER / "vendor").rglob("*")
    if path.is_file()
)


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def client() -> httpx2.AsyncClient:
    app = Starlette(routes=subject.create_display_routes())
    return httpx2.AsyncClient(transport=httpx2.ASGITransport(app=app), base_url="http://test")


def policy_of(answer: httpx2.Response) -> dict[str, str]:
    parts = answer.headers["Content-Security-Policy"].split("; ")
    return dict(part.split(" ", 1) for part in parts)


@pytest.mark.parametrize("address", PAGES)
async def test_page_headers(client: httpx2.AsyncClient, address: str) -> None:
    """It should answer with a page that nobody may frame, sniff or cache for good."""
    answer = await client.get(address)
    assert answer.status_code == 200
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "same-origin"
    assert answer.headers["Cache-Control"] == "no-cache"
    assert policy_of(answer)["frame-ancestors"] == "'self'"


@pytest.mark.parametrize("address", PAGES)
async def test_import_map_is_the_only_inline_script(
    client: httpx2.AsyncClient, address: str
) -> None:
    """It should allow exactly one inline script, the import map, by its hash."""
    answer = await client.get(address)
    inline = re.findall(r"<script type=\"importmap\">(.*?)</script>", answer.text, re.DOTALL)
    assert len(inline) == 1
    modules = answer.text.count('<script type="module" src="/static/')
    assert answer.text.count("<script src=") == 1
    assert answer.text.count("<script") == modules + 2
    digest = base64.b64encode(hashlib.sha256(inline[0].encode()).digest()).decode()
    policy = policy_of(answer)
    assert policy["script-src"] == f"'self' 'sha256-{digest}'"
    assert policy["default-src"] == "'self'"
    assert "unsafe" not in answer.headers["Content-Security-Policy"]


@pytest.mark.parametrize("address", PAGES)
async def test_page_files_exist(client: httpx2.AsyncClient, address: str) -> None:
    """It should name only files that are there, the import map's included."""
    answer = await client.get(address)
    named = re.findall(r"\"(/static/[^\"]+[^/])\"", answer.text)
    assert len(named) > 5
    for path in named:
        assert (await client.get(path)).status_code == 200, path


@pytest.mark.parametrize("address", PAGES)
async def test_a_page_s_files_are_kept(client: httpx2.AsyncClient, address: str) -> None:
    """It should name each file by the edition, and lead modules' names for each other there."""
    text = (await client.get(address)).text
    named = re.findall(r"(?:src|href)=\"(/static/[^\"]+)\"", text)
    for path in named:
        assert "immutable" in (await client.get(path)).headers["Cache-Control"], path
    (edition,) = {path.split("/")[2] for path in named}
    found = re.search(r"<script type=\"importmap\">(.*?)</script>", text, re.DOTALL)
    assert found is not None
    imports = json.loads(found[1])["imports"]
    assert {path.split("/")[2] for path in imports.values()} == {edition}
    # The longer name wins, which keeps a file that has its edition from getting a second.
    assert imports["/static/"] == imports[f"/static/{edition}/"] == f"/static/{edition}/"


async def test_static_files(client: httpx2.AsyncClient) -> None:
    """It should serve every file with its own type and the headers that belong to it."""
    for path in (*OWN_FILES, *VENDORED):
        answer = await client.get(f"/static/{path}")
        assert answer.status_code == 200, path
        assert answer.headers["Content-Type"] == MEDIA_TYPES[Path(path).suffix], path
        assert answer.headers["X-Content-Type-Options"] == "nosniff", path
        known = {"If-None-Match": answer.headers["ETag"]}
        again = await client.get(f"/static/{path}", headers=known)
        assert again.status_code == 304, path


@pytest.mark.parametrize(
    "path", ["/static/nothing.js", "/static/../routes.py", "/static/%2e%2e/pages/routes.py"]
)
async def test_static_outside(client: httpx2.AsyncClient, path: str) -> None:
    """It should serve nothing that isn't in the static folder."""
    assert (await client.get(path)).status_code == 404


def own_text(path: str) -> str:
    return (subject.STATIC_FOLDER / path).read_text(encoding="utf-8")


def test_no_external_address() -> None:
    """It should name no other host: a meetup has no internet."""
    for path in OWN_FILES:
        if path.endswith((".js", ".css", ".svg", ".json")):
            found = re.findall(r"(?:https?:)?//[a-z0-9-]+\.[a-z]{2,}[^\"'\s]*", own_text(path))
            assert set(found) <= {"http://www.w3.org/2000/svg"}, path


def test_pages_have_no_external_address() -> None:
    """It should keep the pages, too, on this server."""
    for page in shell.PAGES.values():
        assert "//" not in page.document()


def test_modules_are_small_and_need_no_secure_context() -> None:
    """They should open with a sentence, stay short, and use nothing that plain HTTP lacks."""
    missing = ("randomUUID", "navigator.clipboard", "serviceWorker", "crypto.subtle")
    unsafe = ("innerHTML", "unsafeHTML", "insertAdjacentHTML", "document.write", "eval(")
    for path in OWN_FILES:
        if path.endswith(".js"):
            text = own_text(path)
            assert text.startswith("// "), path
            assert len(text.splitlines()) <= 300, path
            code = re.sub(r"^\s*(//|\*|/\*).*$", "", text, flags=re.MULTILINE)
            assert [word for word in (*missing, *unsafe) if word in code] == [], path


def test_vendored_files_are_unmodified() -> None:
    """It should hold exactly the vendored files that VENDOR.md names, with their sums."""
    folder = subject.STATIC_FOLDER / "vendor"
    listed = dict(
        re.findall(
            r"^\| (\S+) \| `([0-9a-f]{64})` \|$", (folder / "VENDOR.md").read_text(), re.MULTILINE
        )
    )
    present = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in folder.rglob("*")
        if path.is_file() and path.name != "VENDOR.md"
    }
    assert present == listed


def test_vendored_packages_carry_their_licences() -> None:
    """It should keep each package's licence beside it and name its version and source's sum."""
    folder = subject.STATIC_FOLDER / "vendor"
    rows = re.findall(
        r"^\| \S+ \| (\S+) \| \d+\.\d+\.\d+ \| (\S+) \| `[0-9a-f]{64}` \|$",
        (folder / "VENDOR.md").read_text(encoding="utf-8"),
        re.MULTILINE,
    )
    assert {name for name, _ in rows} == {path.name for path in folder.iterdir() if path.is_dir()}
    for name, _licence in rows:
        assert (folder / name / "LICENSE").stat().st_size > 500
