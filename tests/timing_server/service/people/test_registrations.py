"""What becomes of registrations when time passes and when the organiser decides."""

import pytest

from tests.timing_server.service.desk import CALLER, EVENT, PATIENCE_S, Desk
from timing_server.service.entities import Driver
from timing_server.service.errors import RetryKeyReusedError
from timing_server.service.office import Caller
from timing_server.service.people import registrations as subject

WISH = {
    **dict.fromkeys(("nickname", "sponsor", "country", "team", "region", "class_name"), ""),
    "name": "Overcut",
    "shown_as": "full",
    "colour": "#112233",
    "contact": "at the desk",
}


@pytest.fixture
def registrations(desk: Desk) -> subject.Registrations:
    """Registrations for a planned event."""
    desk.plan()
    ids = iter(map(str, range(1, 99)))
    return subject.Registrations(desk.office, lambda: f"id-{next(ids)}")


def test_a_strangers_repeat_is_answered_for_minutes(
    desk: Desk, registrations: subject.Registrations
) -> None:
    """It should give a lost answer again soon after, and to nobody for the days of other keys."""
    stranger = registrations.stranger(Caller("public", "key", "asked"), "192.0.2.7")

    def ask(driver_id: str) -> object:
        return registrations.register(stranger, EVENT, driver_id, WISH).result(PATIENCE_S)

    first = ask("driver-8")
    desk.system.advance(subject.STRANGER_REPLAY_S)
    assert ask("driver-9") == first
    desk.system.advance(1)
    with pytest.raises(RetryKeyReusedError):
        ask("driver-9")


def test_a_yes_after_a_no_keeps_a_known_drivers_contact(
    desk: Desk, registrations: subject.Registrations
) -> None:
    """It should not take what the no dropped for the wish to be reached no more."""
    known = Driver("driver-8", "Overcut", "#112233", contact="overcut@example.org")
    desk.do(lambda draft: draft.put_driver(known))
    asked = registrations.register(CALLER, EVENT, "driver-8", WISH).result(PATIENCE_S)
    registration_id = asked["registration_id"]
    registrations.decline(CALLER, registration_id, "Full.").result(PATIENCE_S)
    registrations.approve(CALLER, registration_id, subject.Approval()).result(PATIENCE_S)
    assert desk.known.registry.drivers["driver-8"].contact == "overcut@example.org"
