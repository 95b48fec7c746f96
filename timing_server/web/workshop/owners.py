"""Says whose is what is made in the workshop."""

from timing_server.service.entities import Credential
from timing_server.service.errors import UnknownIdError
from timing_server.service.kit import Kit
from timing_server.service.models.models import VENUE
from timing_server.service.workshop.errors import NotLetInError
from timing_server.web.fleet.models import owner_for


def maker(kit: Kit, who: Credential, driver_id: str | None) -> str:
    """Return the owner as for models, but nobody who only signed up: anybody can do that.

    Raises NotLetInError or UnknownIdError.
    """
    owner = owner_for(kit, who, driver_id)
    if owner != VENUE and owner not in kit.writer.known.registry.drivers:
        raise NotLetInError("The organiser hasn't let you in yet; ask at the desk.")
    return owner


def check_own(kit: Kit, owner: str, sha256: str | None) -> None:
    """Raise UnknownIdError where a model is none of that owner's; the venue may use everybody's."""
    models = kit.writer.known.registry.models
    if owner != VENUE and (sha256, owner) not in models:
        raise UnknownIdError("model", sha256 or "")
