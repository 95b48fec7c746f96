"""Registrations: somebody asks to take part, the organiser says yes or no, an entry comes of it.

Until the approval nobody but the organiser and the person sees any of it: a name that anybody in
the hall may type must not be on the big screen by itself.
"""

from collections.abc import Mapping
from concurrent.futures import Future
from dataclasses import asdict, dataclass, replace
from typing import Any

from timing_server.rules.commands.plan import AddEntry
from timing_server.rules.state.plan import EventPhase
from timing_server.rules.units import DriverId, EntryId, EventId, StreamId, TeamId
from timing_server.service.entities import Driver, Registration
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome, outcome_of
from timing_server.service.people.errors import (
    AlreadyRegisteredError,
    RegistrationClosedError,
    RegistrationDecidedError,
    SignUpClosedError,
    TooManyWaitingError,
)
from timing_server.service.people.names import team_called
from timing_server.service.people.pairings import too_many_requests
from timing_server.service.people.tries import TryLimiter
from timing_server.service.ports import NewId

#: So many may wait for an event's organiser at once; more is a joke or an attack.
MAX_WAITING = 1000
#: One address may be a whole hall behind one router.
ASKED_A_MINUTE = 20
#: A phone that lost the answer asks again within seconds; the answer makes it that driver's.
STRANGER_REPLAY_S = 10 * 60
_PROFILE_FIELDS = (*("name", "nickname", "shown_as", "colour", "sponsor", "country", "contact"),)


@dataclass(frozen=True, slots=True)
class Approval:
    """What the organiser says with a yes; None leaves what the person wished."""

    number: int | None = None
    team: str | None = None
    region: str | None = None
    class_name: str | None = None


class Registrations:
    """Takes registrations and the organiser's word on them."""

    def __init__(self, office: Office, new_id: NewId) -> None:
        self._office = office
        self._new_id = new_id
        self._limiter = TryLimiter(ASKED_A_MINUTE, too_many_requests)

    def admit(self, client: str, now_race_ns: int) -> None:
        """Count a stranger's registration. Raises TooManyRequestsError."""
        self._limiter.admit(client, now_race_ns)

    @staticmethod
    def stranger(caller: Caller, client: str) -> Caller:
        """Return the caller as whom a stranger registers.

        The answer to a repeat signs in as the driver: it is for the same address alone, and soon.
        """
        return replace(caller, principal=f"public {client}", replay_s=STRANGER_REPLAY_S)

    def register(
        self, caller: Caller, event_id: str, driver_id: str, wish: Mapping[str, Any]
    ) -> "Future[Outcome]":
        """Ask for a driver. ``wish`` holds the profile and team, region, class_name.

        The future raises UnknownIdError, RegistrationClosedError, SignUpClosedError,
        AlreadyRegisteredError or TooManyWaitingError.
        """
        registration_id = self._new_id()

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            older = _registration_of(draft, event_id, driver_id)
            if older is not None and older.status != "declined":
                raise AlreadyRegisteredError("You are registered for this event already.")
            if event_id in draft.known.registry.closed_sign_ups:
                message = "Sign-up for this event is closed; speak to the organiser."
                raise SignUpClosedError(message)
            _check_room(draft, event_id)
            asked = Registration(
                registration_id=registration_id if older is None else older.registration_id,
                event_id=event_id,
                driver_id=driver_id,
                status="pending",
                made_wall_utc=draft.wall_utc,
                **wish,
            )
            draft.put_registration(asked)
            return {
                "registration_id": asked.registration_id,
                "driver_id": driver_id,
                "status": asked.status,
            }

        return self._office.once(caller, work)

    def set_sign_up(self, caller: Caller, event_id: str, *, is_open: bool) -> "Future[Outcome]":
        """Let people register for an event, or not; who waits already goes on waiting.

        The future raises UnknownIdError, or RegistrationClosedError for an event that is over.
        """

        def work(draft: Draft) -> Outcome:
            _check_event(draft, event_id)
            draft.put_sign_up(event_id, is_open=is_open)
            return {"is_open": is_open}

        return self._office.once(caller, work)

    def approve(
        self, caller: Caller, registration_id: str, approval: Approval
    ) -> "Future[Outcome]":
        """Sign the person up as a driver and make an entry.

        The future raises UnknownIdError, RegistrationDecidedError or RefusedError.
        """
        entry_id, team_id = self._new_id(), self._new_id()

        def work(draft: Draft) -> Outcome:
            asked = _pending(draft, registration_id, undecided_only=False)
            said = {key: value for key, value in asdict(approval).items() if value is not None}
            agreed = replace(asked, **{key: said[key] for key in said if key != "number"})
            draft.put_driver(_approved(draft, agreed))
            team = team_called(draft, agreed.team, team_id, agreed.colour)
            command = AddEntry(
                EntryId(entry_id),
                (DriverId(asked.driver_id),),
                approval.number,
                region=agreed.region or None,
                class_name=agreed.class_name or None,
                team_id=None if team is None else TeamId(team),
            )
            stream = StreamId(asked.event_id)
            recorded = draft.decide(stream, command, caller.principal, caller.retry_key)
            draft.put_registration(replace(agreed, status="approved", entry_id=entry_id, reason=""))
            told = {"registration_id": registration_id, "status": "approved"}
            return outcome_of(recorded, draft.head(stream).state.seq) | told

        return self._office.once(caller, work)

    def decline(self, caller: Caller, registration_id: str, reason: str) -> "Future[Outcome]":
        """Say no; it may still become a yes. The future raises UnknownIdError or
        RegistrationDecidedError.

        How to reach the person isn't needed any more and is dropped.
        """

        def work(draft: Draft) -> Outcome:
            asked = _pending(draft, registration_id, undecided_only=True)
            draft.put_registration(replace(asked, status="declined", reason=reason, contact=""))
            seq = draft.head(StreamId(asked.event_id)).state.seq
            told = {"registration_id": registration_id, "status": "declined"}
            return {"seq": seq, "facts": [], **told}

        return self._office.once(caller, work)

    def change_own(
        self, caller: Caller, driver_id: str, changes: Mapping[str, Any]
    ) -> "Future[Outcome]":
        """Change what a driver may change alone, in the registry and in what still waits."""

        def work(draft: Draft) -> Outcome:
            registry = draft.known.registry
            if driver_id in registry.drivers:
                draft.put_driver(replace(registry.drivers[driver_id], **changes))
            for asked in list(registry.registrations.values()):
                if asked.driver_id == driver_id and asked.status == "pending":
                    draft.put_registration(replace(asked, **changes))
            return {"driver_id": driver_id}

        return self._office.once(caller, work)


def view_of(registration: Registration) -> dict[str, Any]:
    """Return a registration as the organiser and the person see it (``RegistrationView``)."""
    row = asdict(registration)
    row["made_utc"] = row.pop("made_wall_utc")
    return row | {"shown_name": driver_of(registration).shown_name}


def driver_of(registration: Registration) -> Driver:
    """Return the driver who registered."""
    profile = {name: getattr(registration, name) for name in _PROFILE_FIELDS}
    return Driver(driver_id=registration.driver_id, **profile)


def _approved(draft: Draft, agreed: Registration) -> Driver:
    """Return the driver whom an approval signs up.

    A registration that was declined has lost its contact, which says nothing about a known
    driver's own.
    """
    driver = driver_of(agreed)
    known = draft.known.registry.drivers.get(agreed.driver_id)
    if agreed.status != "declined" or known is None:
        return driver
    return replace(driver, contact=known.contact)


def _check_event(draft: Draft, event_id: str) -> None:
    """Raise where nobody can come into the event any more, or ever."""
    event = draft.known.venue.events.get(EventId(event_id))
    if event is None:
        raise UnknownIdError("event", event_id)
    if event.is_imported or draft.head(StreamId(event_id)).state.phase is EventPhase.CLOSED:
        raise RegistrationClosedError("This event is closed; nobody can join it any more.")


def _check_room(draft: Draft, event_id: str) -> None:
    waiting = [
        each
        for each in draft.known.registry.registrations.values()
        if each.event_id == event_id and each.status == "pending"
    ]
    if len(waiting) >= MAX_WAITING:
        message = "Too many people wait for the organiser; speak to them in person."
        raise TooManyWaitingError(message)


def _registration_of(draft: Draft, event_id: str, driver_id: str) -> Registration | None:
    return next(
        (
            each
            for each in draft.known.registry.registrations.values()
            if each.event_id == event_id and each.driver_id == driver_id
        ),
        None,
    )


def _pending(draft: Draft, registration_id: str, *, undecided_only: bool) -> Registration:
    """Return a registration that may still be decided so."""
    found = draft.known.registry.registrations.get(registration_id)
    if found is None:
        raise UnknownIdError("registration", registration_id)
    if found.status == "approved" or (undecided_only and found.status != "pending"):
        message = "This registration has been decided already; read the list again."
        raise RegistrationDecidedError(message)
    return found
