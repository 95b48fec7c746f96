"""Who may use which route: nothing is open by accident, and less than the least role is refused."""

from collections import defaultdict
from collections.abc import Iterator
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
from fastapi import FastAPI
from starlette.routing import Mount, Route

from display.pages.routes import create_display_routes
from tests.timing_server.web.live_server import Organiser
from timing_server.main import create_app
from timing_server.settings import ServerSettings
from timing_server.web import auth as subject
from timing_server.web.app import build_app
from timing_server.web.errors import UndeclaredRouteError

ROLES = ("driver", "marshal", "organiser", "node", "car", "tracker")
#: Nobody's ids: who may not ask hears so before anything is looked up.
STRANGE_IDS: defaultdict[str, str] = defaultdict(lambda: "nowhere")


@pytest.fixture(scope="module")
def app(tmp_path_factory: pytest.TempPathFactory) -> FastAPI:
    return create_app(ServerSettings(data_dir=tmp_path_factory.mktemp("routes"), port=0))


@pytest.fixture(scope="module")
def tokens(organiser: Organiser) -> dict[str, str]:
    """A token of each role; devices speak for themselves, not for the ids in the paths."""
    return {role: organiser.token(role, f"some-{role}") for role in ROLES}


def declared(app: FastAPI) -> Iterator[tuple[str, str, subject.Needs]]:
    """Yield (method, path, needs) of every route that isn't a page."""
    for route in subject.every_route(app.routes):
        needs = subject.least_role_of(route)
        assert needs is not None, f"{route.path} doesn't say who may use it"
        if not isinstance(route, Mount):
            for method in route.methods:
                yield method, route.path, needs


def test_every_route_declares_its_least_role(app: FastAPI) -> None:
    """It should know a role for each route, and let strangers only read, but for coming in."""
    found = list(declared(app))
    assert len(found) > 45
    open_writes = {
        (method, path.removeprefix("/api/v1"))
        for method, path, needs in found
        if needs is subject.PUBLIC and method != "GET"
    }
    assert open_writes == {
        ("POST", "/session"),
        ("DELETE", "/session"),
        ("POST", "/pair"),
        ("POST", "/events/{event_id}/registrations"),
        ("POST", "/pairings"),
        ("POST", "/pairings/{pairing_id}/collect"),
        ("POST", "/pairings/proof"),
    }


def test_pages_can_only_be_read(app: FastAPI) -> None:
    """It should mount the pages as public, with nothing in them that takes a write."""
    (pages,) = (route for route in app.routes if isinstance(route, subject.PublicPages))
    for route in pages.routes:
        methods = getattr(route, "methods", {"GET"})
        assert methods <= {"GET", "HEAD"}, route
    assert len(pages.routes) == len(create_display_routes())


def test_an_app_with_a_forgotten_route_is_not_built() -> None:
    """It should refuse to start, naming the route."""

    @asynccontextmanager
    async def provide() -> Any:
        yield None

    app = build_app(provide, "0", [])
    app.add_api_route("/forgotten", lambda: None)
    with pytest.raises(UndeclaredRouteError, match="/forgotten"):
        subject.check_every_route(app.routes)
    app = build_app(provide, "0", [])
    app.router.routes.append(Route("/bare", lambda request: None))
    with pytest.raises(UndeclaredRouteError, match="/bare"):
        subject.check_every_route(app.routes)


def test_whoever_has_less_than_the_least_role_is_refused(
    app: FastAPI, organiser: Organiser, tokens: dict[str, str]
) -> None:
    """It should answer 401 to strangers and 403 to every role that a route doesn't admit."""
    for method, path, needs in declared(app):
        if needs is subject.PUBLIC:
            continue
        url = path.removeprefix("/api/v1").format_map(STRANGE_IDS)
        answer = organiser.http.request(method, url, json={}, headers={"Authorization": ""})
        assert answer.status_code == 401, (method, path, answer.text)
        assert answer.headers["www-authenticate"] == "Bearer"
        for role in ROLES:
            if needs.admits(role) and needs.scope_in_path is None:
                continue
            bearer = {"Authorization": f"Bearer {tokens[role]}"}
            answer = organiser.http.request(method, url, json={}, headers=bearer)
            assert answer.status_code == 403, (method, path, role, answer.text)
            assert answer.json()["code"] == "forbidden"


@pytest.mark.parametrize(
    ("needs", "admitted"),
    [
        (subject.PUBLIC, {"public", "driver", "marshal", "organiser"}),
        (subject.MARSHAL, {"marshal", "organiser"}),
        (subject.ORGANISER, {"organiser"}),
        (subject.NODE, {"node"}),
        (subject.DEVICE, {"node", "car", "tracker"}),
    ],
)
def test_the_ladder_is_for_people_alone(needs: subject.Needs, admitted: set[str]) -> None:
    """It should admit higher people to people's routes and nobody else to devices' routes."""
    assert {role for role in ("public", *ROLES) if needs.admits(role)} == admitted


def test_a_wrong_token_is_nobody(organiser: Organiser) -> None:
    """It should answer 401 for tokens that are empty, unknown or revoked."""
    body = {"principal": "late-marshal", "role": "marshal"}
    made = organiser.post("/credentials", body)
    bearer = {"Authorization": f"Bearer {made['token']}"}
    assert organiser.http.get("/nodes", headers=bearer).status_code == 200
    organiser.http.delete(f"/credentials/{made['credential_id']}")
    for header in (bearer["Authorization"], "Bearer", "Bearer x", "Basic abc"):
        answer = organiser.http.get("/nodes", headers={"Authorization": header})
        assert answer.status_code == 401, header
    gone = organiser.refusal(f"/credentials/{made['credential_id']}", method="DELETE")
    assert gone["code"] == "unknown_credential"


def test_only_hashes_are_kept(organiser: Organiser, folder: Path) -> None:
    """It should have no token and no code in any file of the data folder."""
    token = organiser.token("marshal", "hashed")
    code = organiser.post("/codes", {"role": "marshal", "principal": "hashed"})["code"]
    kept = b"".join(path.read_bytes() for path in folder.glob("paddock.sqlite3*"))
    assert token.encode() not in kept
    assert code.encode() not in kept
    assert code.replace("-", "").encode() not in kept
