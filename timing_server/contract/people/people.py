"""People: who they are, how they want to be shown, and how they come into an event."""

from typing import Annotated, Literal

from pydantic import Field, StringConstraints

from timing_server.contract.base import Colour, Message
from timing_server.contract.names import Contact, Name, OptionalName, Reason
from timing_server.contract.race.events import DEFAULT_COLOUR, CommandOutcome

ShownAs = Literal["full", "nickname", "initials"]
RegistrationStatus = Literal["pending", "approved", "declined"]
#: ISO 3166-1, two capital letters, or nothing.
Country = Annotated[str, StringConstraints(pattern=r"^([A-Z]{2})?$")]
LEAST_NUMBER, MOST_NUMBER = 1, 99_999
EntryNumber = Annotated[int, Field(ge=LEAST_NUMBER, le=MOST_NUMBER)]
#: 10,000 rows of a roster are well below this.
MAX_ROSTER_CHARS = 1_000_000


class Profile(Message):
    """A person. Everybody may see the name as ``shown_as`` has it, colour, sponsor and country.

    ``name`` is the full name; it and ``contact`` are for the organiser alone.
    """

    name: Name
    nickname: OptionalName = ""
    shown_as: ShownAs = "full"
    colour: Colour = DEFAULT_COLOUR
    sponsor: OptionalName = ""
    country: Country = ""
    contact: Contact = ""


class DriverRequest(Profile):
    """``POST /drivers``: sign a driver up."""


class DriverView(Message):
    """A driver as everybody sees one. ``name`` is text from people: render as text.

    ``picture_version`` is None where there is no picture.
    """

    driver_id: str
    name: str
    colour: Colour
    sponsor: str = ""
    country: str = ""
    picture_version: str | None = None


class DriverProfile(Profile):
    """A driver as the organiser sees one; ``shown_name`` is what everybody sees.

    ``spoken_as`` is that name as a voice is to read it, empty where it reads itself.
    """

    driver_id: str
    shown_name: str
    spoken_as: OptionalName = ""
    picture_version: str | None = None


class PictureOutcome(Message):
    """A driver's picture as it is now; None where it was taken away."""

    driver_id: str
    picture_version: str | None


class ProfileChange(Message):
    """``PATCH /drivers/{driver_id}``: what is missing stays; an empty text takes it away."""

    name: Name | None = None
    nickname: OptionalName | None = None
    shown_as: ShownAs | None = None
    colour: Colour | None = None
    sponsor: OptionalName | None = None
    country: Country | None = None
    contact: Contact | None = None
    spoken_as: OptionalName | None = None


class OwnChange(Message):
    """``PATCH /me``: what a driver may change alone; names are approved by the organiser."""

    shown_as: ShownAs | None = None
    colour: Colour | None = None
    country: Country | None = None
    contact: Contact | None = None


class DriverForgotten(Message):
    """Nothing but the id is left of this person; results stand."""

    driver_id: str


class TeamRequest(Message):
    """``POST /teams``: name a team."""

    name: Name
    colour: Colour = DEFAULT_COLOUR


class TeamView(Message):
    """A team. ``name`` is text from people: render as text."""

    team_id: str
    name: str
    colour: Colour


# --- registrations -------------------------------------------------------------------------------


class RegistrationRequest(Profile):
    """``POST /events/{event_id}/registrations``: ask to take part.

    ``team``, ``region`` and ``class_name`` are what the person wishes; the organiser decides.
    """

    team: OptionalName = ""
    region: OptionalName = ""
    class_name: OptionalName = ""


class SignUp(Message):
    """``GET`` and ``PUT /events/{event_id}/sign-up``: whether people may register by themselves."""

    is_open: bool


class RegistrationMade(Message):
    """The organiser has been asked; this browser is now the driver's."""

    registration_id: str
    driver_id: str
    status: RegistrationStatus


class RegistrationView(RegistrationRequest):
    """A registration, for the organiser and for the person alone."""

    registration_id: str
    event_id: str
    driver_id: str
    status: RegistrationStatus
    made_utc: str
    shown_name: str
    entry_id: str | None = None
    reason: str = ""


class ApprovalRequest(Message):
    """``POST …/approve``: ``number`` None takes the next; a group None is as the person wished."""

    number: EntryNumber | None = None
    team: OptionalName | None = None
    region: OptionalName | None = None
    class_name: OptionalName | None = None


class DeclineRequest(Message):
    """``POST …/decline``: the person reads the reason."""

    reason: Reason = ""


class RegistrationOutcome(CommandOutcome):
    """The registration that was decided, with the entry that came of it."""

    registration_id: str
    status: RegistrationStatus
    entry_id: str | None = None
    number: int | None = None


class MeView(Message):
    """``GET /me``: what a driver's own page shows; ``driver`` None until an approval."""

    driver_id: str
    driver: DriverProfile | None
    registrations: tuple[RegistrationView, ...]


# --- rosters -------------------------------------------------------------------------------------


class RosterRequest(Message):
    """``POST …/roster/preview`` and ``POST …/roster``: a table as CSV, its first line the columns.

    Columns: name, and as wanted nickname, shown_as, number, team, region, class, sponsor, colour,
    country, contact (or their Spanish names), between commas, semicolons or tabs.
    """

    csv: Annotated[str, StringConstraints(min_length=1, max_length=MAX_ROSTER_CHARS)]


class RosterProblem(Message):
    """What is wrong in a row (1 is the line of columns); ``code`` is stable."""

    row: int
    column: str
    code: str
    sentence: str
    params: dict[str, str | int]


class RosterRow(Message):
    """What an import would do: ``is_known`` takes a driver who is signed up already."""

    row: int
    name: str
    shown_name: str
    number: int | None
    team: str
    region: str
    class_name: str
    is_known: bool
    is_entered: bool


class RosterPreview(Message):
    """What an import would do with all rows; ``problems`` and ``rows`` are the first of them."""

    rows_n: int
    new_n: int
    known_n: int
    entered_n: int
    problems_n: int
    columns: tuple[str, ...]
    ignored_columns: tuple[str, ...]
    problems: tuple[RosterProblem, ...]
    rows: tuple[RosterRow, ...]


class RosterOutcome(Message):
    """What an import did; rows whose driver had an entry already changed the person alone."""

    seq: int
    drivers_added: int
    drivers_changed: int
    entries_added: int
