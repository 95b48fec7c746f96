"""What every request passes: known Host, own Origin, a login for all but what is public."""

import ipaddress
import re
import socket
from urllib.parse import urlsplit

from starlette.datastructures import MutableHeaders
from starlette.requests import HTTPConnection
from starlette.responses import JSONResponse
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from car_agent.console.web.access import Access

SESSION_COOKIE = "paddock_car"
API_PREFIX = "/api/v1"

#: Method and path that need no login; the pages hold no secrets.
PUBLIC = frozenset({("POST", "/api/v1/session"), ("GET", "/api/v1/session")})
PUBLIC_PAGES = frozenset({"/"})
PUBLIC_FOLDER = "/static/"

_SAFE_METHODS = frozenset({"GET", "HEAD"})
_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
}
_NAME = re.compile(r"^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$")


def problem(status: int, code: str, detail: str) -> JSONResponse:
    """Return a problem body (RFC 9457) with a code that the page words."""
    body = {"status": status, "code": code, "title": code, "detail": detail, "params": {}}
    return JSONResponse(body, status_code=status, media_type="application/problem+json")


class Gatekeeper:
    """Refuses what isn't public, isn't logged in or comes from another site's page."""

    def __init__(self, app: ASGIApp, access: Access, host_name: str | None = None) -> None:
        self._app = app
        self._access = access
        self._host_name = (host_name or socket.gethostname()).lower()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with a problem."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self._app(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = self._refusal(HTTPConnection(scope), scope["method"], scope["path"])
        if refusal is not None:
            await refusal(scope, receive, send_safely)
            return
        await self._app(scope, receive, send_safely)

    def _refusal(self, connection: HTTPConnection, method: str, path: str) -> JSONResponse | None:
        host = connection.headers.get("host", "").lower()
        if not self._is_own_host(host):
            return problem(421, "wrong_origin", f"This car isn't called {host[:100]!r}.")
        if method not in _SAFE_METHODS:
            origin = connection.headers.get("origin", "")
            if _host_of(origin) != host:
                return problem(403, "wrong_origin", "Another site's page may not write here.")
        is_public = (method, path) in PUBLIC or (
            method in _SAFE_METHODS and (path in PUBLIC_PAGES or path.startswith(PUBLIC_FOLDER))
        )
        if is_public or self._access.is_known(connection.cookies.get(SESSION_COOKIE)):
            return None
        return problem(401, "not_signed_in", "Log in first.")

    def _is_own_host(self, host: str) -> bool:
        """Say whether a Host is an address, or this machine's name.

        A stranger's name that was pointed at this address by DNS is neither.
        """
        try:
            name = urlsplit(f"//{host}").hostname or ""
        except ValueError:
            return False
        try:
            ipaddress.ip_address(name)
        except ValueError:
            own = {"localhost", self._host_name, self._host_name.removesuffix(".local")}
            return bool(_NAME.match(name.removesuffix(".local"))) and (
                name in own or name.removesuffix(".local") in own
            )
        return True


def _host_of(origin: str) -> str | None:
    try:
        return urlsplit(origin).netloc.lower() or None
    except ValueError:
        return None
