"""What of a request its idempotency key stands for."""

import asyncio

import pytest
from starlette.requests import Request
from starlette.types import Message

from timing_server.web import asking as subject


def asked(query: str, body: bytes = b"roster") -> str:
    """Return the hash by which a request under a key is known again."""

    async def receive() -> Message:
        return {"type": "http.request", "body": body, "more_body": False}

    scope = {
        "type": "http",
        "method": "POST",
        "path": "/events/e/roster",
        "headers": [],
        "query_string": query.encode(),
        "server": ("localhost", 80),
        "scheme": "http",
    }
    request = Request(scope, receive)
    return asyncio.run(subject.caller_of(request, "key")).request_sha256


@pytest.mark.parametrize("other", ["", "trusted_key=b", "trusted_key=a&x=1"])
def test_the_query_is_part_of_what_is_asked(other: str) -> None:
    """It should take a request with another query for another request."""
    assert asked("trusted_key=a") == asked("trusted_key=a")
    assert asked("trusted_key=a") != asked(other)
    assert asked(other) != asked(other, b"another roster")
