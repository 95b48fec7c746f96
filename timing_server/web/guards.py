"""What every request passes: writes come from our own pages, answers carry safe headers."""

from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.requests import HTTPConnection
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from timing_server.web.auth import SESSION_COOKIE, bearer_token
from timing_server.web.problems import problem, status_of, too_large

_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})

#: For answers that don't bring headers of their own, as pages do.
_DEFAULT_HEADERS = {
    "content-security-policy": "default-src 'none'; frame-ancestors 'none'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cache-control": "no-store",
    "cross-origin-resource-policy": "same-origin",
}


#: Where a scope keeps the way to the client of what comes after an answer's head.
STREAM_SEND = "paddock.stream_send"


class OriginGuard:
    """Refuses writes that a page of another site sends.

    A browser names the page's origin with every write. It must be this server, by the very Host
    that the browser called; a write under a session cookie must name one.
    """

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer with a problem."""
        if scope["type"] == "http" and scope["method"] not in _SAFE_METHODS:
            reason = wrong_origin(HTTPConnection(scope))
            if reason is not None:
                response = problem(status_of("wrong_origin"), "wrong_origin", reason)
                await response(scope, receive, send)
                return
        await self._app(scope, receive, send)


def wrong_origin(connection: HTTPConnection) -> str | None:
    """Return why a write is refused, None where it is fine."""
    origin = connection.headers.get("origin")
    if origin is None:
        if SESSION_COOKIE in connection.cookies and bearer_token(connection) is None:
            return "A signed-in browser must say which page sends this (no Origin header)."
        return None
    host = connection.headers.get("host", "")
    if not host or _host_of(origin) != host.lower():
        return f"A page of {origin} may not write to {host or 'this server'}."
    return None


def _host_of(origin: str) -> str | None:
    """Return the host and port of an origin, None for what isn't one."""
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return None


class SafeHeaders:
    """Adds the headers that keep answers from being misread, framed or kept."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and complete the answer's headers."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        # What comes after the head passes through no hands: a race's events go to a hall full of
        # screens, and each wrapped call is paid for by all of them.
        scope[STREAM_SEND] = send

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in _DEFAULT_HEADERS.items():
                    headers.setdefault(name, value)
            await send(message)

        await self._app(scope, receive, send_safely)


class LargeBodyProblems:
    """Makes a problem body of the library's plain answer to a body that is too large."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on and replace that one answer."""
        is_replaced = False

        async def send_problem(message: Message) -> None:
            nonlocal is_replaced
            if message["type"] == "http.response.start" and _is_plain_413(message):
                is_replaced = True
                await too_large()(scope, receive, send)
            if not is_replaced:
                await send(message)

        await self._app(scope, receive, send_problem)


def _is_plain_413(message: Message) -> bool:
    media_type = Headers(raw=message["headers"]).get("content-type", "")
    return bool(message["status"] == 413 and media_type.startswith("text/plain"))
