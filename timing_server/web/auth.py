"""Who may use a route: one mechanism, and no route without it.

Every route depends on one ``Needs``, which names its least role. ``check_every_route`` refuses to
build an app that has a route without one, so that forgetting it can't open a door.

People's roles are a ladder (public < driver < marshal < organiser). Devices' roles stand beside
it: a node can't start a heat and a car can't submit a pass, nor can an organiser. A device speaks
only for its scope, the id in the path.
"""

from collections.abc import Iterable, Iterator
from typing import Annotated, Any

from fastapi import Depends
from fastapi.routing import APIRoute, iter_route_contexts
from starlette.requests import HTTPConnection, Request
from starlette.routing import BaseRoute, Match, Mount
from starlette.types import Scope

from timing_server.service.entities import Credential
from timing_server.service.kit import Kit
from timing_server.web.errors import ForbiddenError, NotSignedInError, UndeclaredRouteError

SESSION_COOKIE = "paddock_session"
LADDER = ("public", "driver", "marshal", "organiser")


def kit_of(connection: HTTPConnection) -> Kit:
    """Return the service behind the app that took the request."""
    kit: Kit = connection.app.state.kit
    return kit


class Needs:
    """A route's least role: a step of the ladder, or devices' roles with the path's scope."""

    def __init__(self, *roles: str, scope_in_path: str | None = None) -> None:
        self.roles = roles
        self.scope_in_path = scope_in_path

    async def __call__(self, request: Request) -> Credential | None:
        """Return the credential; raises NotSignedInError or ForbiddenError."""
        if "public" in self.roles:
            return None
        credential = credential_of(request)
        if credential is None:
            raise NotSignedInError(
                "This needs a sign-in: enter a code on the control page, or send the token as "
                "'Authorization: Bearer …'."
            )
        if not self.admits(credential.role):
            wanted = " or ".join(self.roles)
            raise ForbiddenError(
                f"'{credential.principal}' is {credential.role}; this needs {wanted}."
            )
        self._check_scope(request, credential)
        return credential

    def admits(self, role: str) -> bool:
        """Whether somebody of that role may use the route."""
        if role in self.roles:
            return True
        least = [LADDER.index(each) for each in self.roles if each in LADDER]
        return bool(least) and role in LADDER and LADDER.index(role) >= min(least)

    def _check_scope(self, request: Request, credential: Credential) -> None:
        if self.scope_in_path is None:
            return
        wanted = request.path_params[self.scope_in_path]
        if credential.scope != wanted:
            raise ForbiddenError(
                f"'{credential.principal}' speaks for '{credential.scope}', not for '{wanted}'."
            )


PUBLIC = Needs("public")
DRIVER = Needs("driver")
MARSHAL = Needs("marshal")
ORGANISER = Needs("organiser")
NODE = Needs("node", scope_in_path="node_id")
CAR = Needs("car", scope_in_path="car_id")
TRACKER = Needs("tracker")
WORKER = Needs("worker", scope_in_path="worker_id")
DEVICE = Needs("node", "car", "tracker")

AnyKit = Annotated[Kit, Depends(kit_of)]
AnyDriver = Annotated[Credential, Depends(DRIVER)]
Marshal = Annotated[Credential, Depends(MARSHAL)]
Organiser = Annotated[Credential, Depends(ORGANISER)]


def credential_of(connection: HTTPConnection) -> Credential | None:
    """Return who asks, by bearer header or else by cookie; None for a stranger."""
    token = bearer_token(connection) or connection.cookies.get(SESSION_COOKIE)
    return kit_of(connection).access.credential_of(token) if token else None


def driver_of(credential: Credential) -> str | None:
    """Return the driver who asks; None for a marshal or an organiser, who may act for anybody."""
    return credential.scope or credential.principal if credential.role == "driver" else None


def bearer_token(connection: HTTPConnection) -> str | None:
    """Return the token of the Authorization header, None where there is none."""
    scheme, _, token = connection.headers.get("authorization", "").partition(" ")
    return token.strip() or None if scheme.lower() == "bearer" else None


class PublicPages(Mount):
    """Pages and static files, which everybody may read and nobody can write to.

    They have every address but the interface's, whose own answers to a wrong method must stand.
    """

    needs = PUBLIC

    def matches(self, scope: Scope) -> tuple[Match, Scope]:
        """Say whether a request is for a page."""
        if scope["path"].startswith("/api/"):
            return Match.NONE, {}
        return super().matches(scope)


def least_role_of(route: Any) -> Needs | None:
    """Return what a route declares, None where it declares nothing."""
    if isinstance(route, PublicPages):
        return route.needs
    dependant = getattr(route, "dependant", None)
    found = [each.call for each in dependant.dependencies] if dependant else []
    needs = [each for each in found if isinstance(each, Needs)]
    return needs[0] if len(needs) == 1 else None


def every_route(routes: Iterable[BaseRoute]) -> Iterator[Any]:
    """Yield every route, with those of included routers; pages stand as one."""
    for context in iter_route_contexts(list(routes)):
        yield context if isinstance(context.original_route, APIRoute) else context.original_route


def check_every_route(routes: Iterable[BaseRoute]) -> None:
    """Raise UndeclaredRouteError for a route that doesn't say who may use it."""
    for route in every_route(routes):
        if least_role_of(route) is None:
            raise UndeclaredRouteError(f"The route {route.path} must depend on one Needs.")
