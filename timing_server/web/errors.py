"""What a request can be refused for before it reaches the service."""

from timing_server.contract.errors import PaddockError


class WebError(PaddockError):
    """Root of the web's errors; ``code`` is stable."""

    code = "web_error"
    params: dict[str, str | int] = {}  # noqa: RUF012 - none of these errors has any


class NotSignedInError(WebError, PermissionError):
    """A route wants to know who asks."""

    code = "not_signed_in"


class ForbiddenError(WebError, PermissionError):
    """The one who asks may not do this."""

    code = "forbidden"


class WrongOriginError(WebError, PermissionError):
    """A page of another site tries to act in a logged-in browser's name."""

    code = "wrong_origin"


class UndeclaredRouteError(WebError, RuntimeError):
    """A route doesn't say who may use it: the server must not start."""

    code = "undeclared_route"


class NotAPictureError(WebError, ValueError):
    """Something else than a JPEG picture was sent as one."""

    code = "not_a_picture"
