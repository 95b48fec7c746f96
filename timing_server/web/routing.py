"""Routes that know their whole address from the first."""

from typing import Any

from fastapi import APIRouter

API_PREFIX = "/api/v1"


class ApiRouter(APIRouter):
    """Routes under ``/api/v1``.

    A router that is put under its prefix only afterwards has each of its routes analysed twice,
    which is a second of every start of the server.
    """

    def __init__(self, *, prefix: str = "", **options: Any) -> None:
        super().__init__(prefix=API_PREFIX + prefix, **options)
