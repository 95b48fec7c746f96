"""Errors as problem bodies (RFC 9457): the only place that knows HTTP status codes."""

from collections.abc import Mapping
from http import HTTPStatus
from typing import Any

import structlog
from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException

from timing_server.contract.errors import PaddockError
from timing_server.contract.race.events import Problem
from timing_server.service.errors import ServiceError
from timing_server.web.errors import WebError

_log = structlog.get_logger()

MEDIA_TYPE = "application/problem+json"

#: Codes that don't mean 409 (the request is fine, the race's state is against it).
_STATUS_BY_CODE: Mapping[str, HTTPStatus] = {
    "not_signed_in": HTTPStatus.UNAUTHORIZED,
    "forbidden": HTTPStatus.FORBIDDEN,
    "wrong_origin": HTTPStatus.FORBIDDEN,
    "code_refused": HTTPStatus.FORBIDDEN,
    "too_many_tries": HTTPStatus.TOO_MANY_REQUESTS,
    "too_many_requests": HTTPStatus.TOO_MANY_REQUESTS,
    "not_a_driver": HTTPStatus.FORBIDDEN,
    "storage_failed": HTTPStatus.SERVICE_UNAVAILABLE,
    "too_many_followed": HTTPStatus.SERVICE_UNAVAILABLE,
    "stopping": HTTPStatus.SERVICE_UNAVAILABLE,
    "log_damaged": HTTPStatus.INTERNAL_SERVER_ERROR,
    "bundle_unreadable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bundle_changed": HTTPStatus.UNPROCESSABLE_ENTITY,
    "bundle_too_large": HTTPStatus.CONFLICT,
    "bundle_of_strange_venue": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_format": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no_driver": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no_role": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not_a_picture": HTTPStatus.UNPROCESSABLE_ENTITY,
    "picture_unreadable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "picture_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "model_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "model_unreadable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "model_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "models_busy": HTTPStatus.TOO_MANY_REQUESTS,
    "match_busy": HTTPStatus.TOO_MANY_REQUESTS,
    "match_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "tests_busy": HTTPStatus.TOO_MANY_REQUESTS,
    "ranges_reversed": HTTPStatus.UNPROCESSABLE_ENTITY,
    "sac_needs_ranges": HTTPStatus.UNPROCESSABLE_ENTITY,
    "lab_busy": HTTPStatus.TOO_MANY_REQUESTS,
    "lab_failed": HTTPStatus.SERVICE_UNAVAILABLE,
    "reward_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "speech_busy": HTTPStatus.TOO_MANY_REQUESTS,
    "not_own_model": HTTPStatus.FORBIDDEN,
    "not_let_in": HTTPStatus.FORBIDDEN,
    "not_own_track": HTTPStatus.FORBIDDEN,
    "track_unreadable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "tracks_busy": HTTPStatus.TOO_MANY_REQUESTS,
    "track_refused": HTTPStatus.UNPROCESSABLE_ENTITY,
    "model_gone": HTTPStatus.NOT_FOUND,
    "record_unwanted": HTTPStatus.NOT_FOUND,
    "records_full": HTTPStatus.SERVICE_UNAVAILABLE,
    "record_unreadable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "log_unreadable": HTTPStatus.UNPROCESSABLE_ENTITY,
    "log_too_large": HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    "parquet_missing": HTTPStatus.SERVICE_UNAVAILABLE,
    "driver_repeated": HTTPStatus.UNPROCESSABLE_ENTITY,
    "option_out_of_range": HTTPStatus.UNPROCESSABLE_ENTITY,
    "number_out_of_range": HTTPStatus.UNPROCESSABLE_ENTITY,
    "no_entry": HTTPStatus.UNPROCESSABLE_ENTITY,
    "too_many_entries": HTTPStatus.UNPROCESSABLE_ENTITY,
    "entry_repeated": HTTPStatus.UNPROCESSABLE_ENTITY,
    "wrong_lanes": HTTPStatus.UNPROCESSABLE_ENTITY,
    "heat_repeated": HTTPStatus.UNPROCESSABLE_ENTITY,
    "option_unknown": HTTPStatus.UNPROCESSABLE_ENTITY,
    "practice_unranked": HTTPStatus.UNPROCESSABLE_ENTITY,
    "not_an_instant": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_stage_kind": HTTPStatus.UNPROCESSABLE_ENTITY,
    "clock_implausible": HTTPStatus.UNPROCESSABLE_ENTITY,
    "unknown_order": HTTPStatus.UNPROCESSABLE_ENTITY,
}
_CODE_BY_STATUS: Mapping[int, str] = {
    HTTPStatus.NOT_FOUND: "not_found",
    HTTPStatus.METHOD_NOT_ALLOWED: "method_not_allowed",
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE: "body_too_large",
    HTTPStatus.BAD_REQUEST: "bad_request",
}


def status_of(code: str) -> HTTPStatus:
    """Return the status of a stable code."""
    if code in _STATUS_BY_CODE:
        return _STATUS_BY_CODE[code]
    return HTTPStatus.NOT_FOUND if code.startswith("unknown_") else HTTPStatus.CONFLICT


def refusals(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """Return what a route documents for the refusals that it may answer with."""
    return {
        int(status): {
            "description": _MEANINGS.get(int(status), HTTPStatus(status).phrase),
            # By its name: a model here is a field of each route, analysed at every start.
            "content": {MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
        }
        for status in statuses
    }


_MEANINGS: Mapping[int, str] = {
    400: "The request can't be read.",
    401: "Nobody is signed in, or the token is wrong or expired.",
    403: "Signed in, but not allowed to do this.",
    404: "There is no such thing here.",
    409: "The race's state is against it; `code` says why.",
    413: "The body is too large.",
    422: "A field is missing or wrong; `detail` names it.",
    429: "Asked too often, or too many wrong codes; try again in a minute.",
    503: "The server can't do it now; nothing was kept, try again.",
}

#: What a command to an event may be answered with instead of its outcome.
COMMAND_REFUSALS = refusals(401, 403, 404, 409, 422, 503)


def install_problems(app: FastAPI) -> None:
    """Make every error of the app a problem body."""
    app.add_exception_handler(PaddockError, _answer_known)
    app.add_exception_handler(RequestValidationError, _answer_invalid)
    app.add_exception_handler(HTTPException, _answer_http)
    app.add_exception_handler(Exception, _answer_unknown)


def problem(
    status: int,
    code: str,
    detail: str,
    params: Mapping[str, str | int] | None = None,
    headers: Mapping[str, str] | None = None,
) -> JSONResponse:
    """Return a problem body as a response."""
    body = Problem(
        type=f"urn:paddock:problem:{code}",
        title=HTTPStatus(status).phrase,
        status=int(status),
        detail=detail,
        code=code,
        params=dict(params or {}),
    )
    return JSONResponse(
        body.model_dump(mode="json"),
        status_code=int(status),
        headers=dict(headers or {}),
        media_type=MEDIA_TYPE,
    )


def too_large() -> JSONResponse:
    """Return the answer to a body that is too large."""
    code = "body_too_large"
    return problem(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, code, _SENTENCES[code])


async def _answer_known(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, ServiceError | WebError):
        return await _answer_unknown(_request, error)
    status = status_of(error.code)
    headers = {}
    if status is HTTPStatus.UNAUTHORIZED:
        headers["WWW-Authenticate"] = "Bearer"
    if status is HTTPStatus.TOO_MANY_REQUESTS:
        headers["Retry-After"] = str(error.params.get("wait_s", 60))
    return problem(status, error.code, str(error), error.params, headers)


async def _answer_invalid(_request: Request, error: Exception) -> JSONResponse:
    """Name the first field that is wrong; for a journal that includes the record's number."""
    if not isinstance(error, RequestValidationError):
        return await _answer_unknown(_request, error)
    first = error.errors()[0]
    where = ".".join(str(part) for part in first["loc"][1:] if part not in _UNION_TAGS)
    place = f"'{where}'" if where else f"the {first['loc'][0]}"
    detail = f"Wrong request: {place}: {first['msg']}."
    params: dict[str, str | int] = {"where": where, "problems": len(error.errors())}
    status = HTTPStatus.UNPROCESSABLE_ENTITY
    return problem(status, "invalid_request", detail, params)


#: Parts of a location that name a branch of a union, which says nothing to who sent it.
_UNION_TAGS = frozenset({"edge", "pass", "clock", "start"})


async def _answer_http(_request: Request, error: Exception) -> JSONResponse:
    if not isinstance(error, HTTPException):
        return await _answer_unknown(_request, error)
    code = _CODE_BY_STATUS.get(error.status_code, f"http_{error.status_code}")
    detail = _SENTENCES.get(code, str(error.detail))
    return problem(error.status_code, code, detail, headers=error.headers)


_SENTENCES: Mapping[str, str] = {
    "not_found": "There is nothing at this address.",
    "method_not_allowed": "This address doesn't take that method.",
    "body_too_large": "The body is too large for this address.",
}


async def _answer_unknown(request: Request, error: Exception) -> JSONResponse:
    _log.error("request_failed", path=request.url.path, exc_info=error)
    detail = "The server failed at this; its log says why."
    return problem(HTTPStatus.INTERNAL_SERVER_ERROR, "server_fault", detail)
