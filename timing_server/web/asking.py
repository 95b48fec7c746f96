"""How a request becomes a caller of the service: who, under which key, for what."""

import asyncio
import hashlib
from collections.abc import Callable
from concurrent.futures import Future
from typing import Annotated, TypeVar

from fastapi import Depends, Header, Path
from starlette.requests import Request
from starlette.responses import JSONResponse

from timing_server.rules.commands.command import Command
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EventId
from timing_server.service.office import Caller, Outcome
from timing_server.web.auth import AnyKit, credential_of

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


class EventOffice:
    """The office as one caller meets it in the event of the path.

    What it awaits raises RefusedError, UnknownIdError, RetryKeyReusedError or StorageFailedError.
    """

    def __init__(self, event_id: IdInPath, kit: AnyKit, caller: AnyCaller) -> None:
        self.event_id = EventId(event_id)
        self.new_id = kit.new_id
        self._kit = kit
        self.caller = caller

    async def state(self) -> EventState:
        """Return the event as it is now."""
        return await self._kit.state_of(self.event_id)

    async def command(self, command: Command) -> Outcome:
        """Take a command to the event and wait until its facts are on the disk."""
        return await answer(self._kit.office.command(self.caller, self.event_id, command))

    async def command_from(self, make: Callable[[EventState], Command]) -> Outcome:
        """Likewise a command that is made from the event as it is by then."""
        return await answer(self._kit.office.command_from(self.caller, self.event_id, make))


AnyOffice = Annotated[EventOffice, Depends(EventOffice)]
