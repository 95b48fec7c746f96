"""How a request becomes a caller of the service: who, under which key, for what."""

import asyncio
import hashlib
from concurrent.futures import Future
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Path
from starlette.requests import Request
from starlette.responses import JSONResponse

from timing_server.service.office import Caller
from timing_server.web.auth import credential_of

T = TypeVar("T")

RetryKey = Annotated[
    str | None,
    Header(
        alias="Idempotency-Key",
        min_length=1,
        max_length=128,
        pattern=r"^[\x21-\x7e]+$",
        description="A fresh random text for each command. A repeat with the same key and body "
        "gets the first outcome again and does nothing.",
    ),
]


async def caller_of(request: Request, retry_key: RetryKey = None) -> Caller:
    """Return who sends this command; runs after the route's ``Needs`` has let them in."""
    credential = credential_of(request)
    principal = credential.principal if credential else "public"
    if retry_key is None:
        return Caller(principal)
    where = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    asked = f"{request.method} {where}\n".encode() + await request.body()
    return Caller(principal, retry_key, hashlib.sha256(asked).hexdigest())


AnyCaller = Annotated[Caller, Depends(caller_of)]

#: Ids in paths are looked up, never used to build anything; this only bounds them.
IdInPath = Annotated[str, Path(min_length=1, max_length=200)]


def client_of(request: Request) -> str:
    """Name who tries something: the address of the connection, never what a header claims."""
    return request.client.host if request.client else "unknown"


class RawJson(JSONResponse):
    """JSON that is bytes already: encoded once for everybody, or as it is stored."""

    def render(self, content: bytes) -> bytes:
        """Return the bytes as they are."""
        return content


async def answer(future: "Future[T]") -> T:
    """Wait for the writer's acknowledgement."""
    return await asyncio.wrap_future(future)
