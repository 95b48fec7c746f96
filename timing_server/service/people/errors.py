"""What can go wrong when people and devices come in: one sentence each, with a stable code."""

from timing_server.service.errors import ServiceError


class AlreadyRegisteredError(ServiceError, ValueError):
    """The person waits for this event's organiser already, or is in."""

    code = "already_registered"


class RegistrationClosedError(ServiceError, ValueError):
    """The event is over: nobody can join it."""

    code = "registration_closed"


class RegistrationDecidedError(ServiceError, ValueError):
    """Somebody else has said yes or no meanwhile."""

    code = "registration_decided"


class TooManyWaitingError(ServiceError, ValueError):
    """More people or devices wait than any organiser could look at."""

    code = "too_many_waiting"


class TooManyRequestsError(ServiceError, PermissionError):
    """One address asks too often; ``wait_s`` says when it may again."""

    code = "too_many_requests"


class RosterError(ServiceError, ValueError):
    """A roster has rows that can't be taken as they are; nothing of it was taken."""

    code = "roster_has_problems"


class NotADriverError(ServiceError, PermissionError):
    """A driver's own page is asked for by somebody who isn't one."""

    code = "not_a_driver"


class PictureUnreadableError(ServiceError, ValueError):
    """What was sent as a picture can't be decoded as one."""

    code = "picture_unreadable"


class PictureTooLargeError(ServiceError, ValueError):
    """A picture has more bytes or pixels than one may have."""

    code = "picture_too_large"


class TooManyPicturesError(ServiceError, ValueError):
    """Boards show no more pictures of sponsors than they already do."""

    code = "too_many_pictures"


class SignUpClosedError(ServiceError, RuntimeError):
    """The organiser takes no more registrations for an event that isn't over."""

    code = "sign_up_closed"
