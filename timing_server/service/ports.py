"""What the service needs from outside: a store, clocks and ids; adapters provide them."""

from collections.abc import Callable, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from typing import Literal, Protocol

from timing_server.rules.units import BootId, JournalId, NodeId, StreamId
from timing_server.service.people.shown import ShownAs, shown_name

CredentialKind = Literal["token", "session"]


@dataclass(frozen=True, slots=True)
class StoredFact:
    """A line of the log: canonical JSON and its hash, never rewritten."""

    stream: StreamId
    seq: int
    type_name: str
    hash_hex: str
    stored: bytes


@dataclass(frozen=True, slots=True)
class Evidence:
    """One record of a node's journal as it was received; ``content`` is its JSON."""

    node_id: NodeId
    boot_id: BootId
    journal_id: JournalId
    seq: int
    kind: str
    content: bytes
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Driver:
    """A person who drives; everybody may see ``shown_name``, only the organiser the rest.

    ``country`` is an ISO 3166 code of two letters; ``spoken_as`` is the shown name as a voice is to
    read it; texts that nobody gave are empty.
    """

    driver_id: str
    name: str
    colour: str
    nickname: str = ""
    sponsor: str = ""
    country: str = ""
    contact: str = ""
    shown_as: ShownAs = "full"
    spoken_as: str = ""

    @property
    def shown_name(self) -> str:
        """What screens and results call this person."""
        return shown_name(self.name, self.nickname, self.shown_as)


@dataclass(frozen=True, slots=True)
class Picture:
    """A driver's picture, a small JPEG; ``version`` changes whenever its bytes do."""

    driver_id: str
    version: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Team:
    """A team, as people call it."""

    team_id: str
    name: str
    colour: str


RegistrationStatus = Literal["pending", "approved", "declined"]


@dataclass(frozen=True, slots=True)
class Registration:
    """Somebody who asked to take part; nobody but the organiser sees it before the approval.

    ``driver_id`` is the id that the person has or will have, ``entry_id`` the entry once there is
    one, ``team`` the team's name as it was typed.
    """

    registration_id: str
    event_id: str
    driver_id: str
    status: RegistrationStatus
    made_wall_utc: str
    name: str
    nickname: str
    shown_as: ShownAs
    colour: str
    sponsor: str
    country: str
    contact: str
    team: str
    region: str
    class_name: str
    entry_id: str | None = None
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Car:
    """A car, as people call it."""

    car_id: str
    name: str
    colour: str


@dataclass(frozen=True, slots=True)
class Model:
    """A model that somebody brought; its file lies apart, under ``sha256``.

    ``owner`` is a driver's id, empty for the venue's own; ``about`` is a ``ModelAbout`` as JSON.
    """

    sha256: str
    owner: str
    name: str
    size_bytes: int
    made_wall_utc: str
    about: bytes


#: A model's hash and its owner: two drivers may bring the same file.
ModelKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class RegistryRows:
    """All names; they stand outside the log, so that a person can be forgotten.

    ``changed_race_ns`` is when one of them was last replaced: no patch of a live document tells.
    ``picture_versions`` has who has a picture, ``closed_sign_ups`` the events that take nobody.
    """

    drivers: Mapping[str, Driver]
    cars: Mapping[str, Car]
    event_names: Mapping[str, str]
    changed_race_ns: int | None = None
    teams: Mapping[str, Team] = field(default_factory=dict)
    registrations: Mapping[str, Registration] = field(default_factory=dict)
    picture_versions: Mapping[str, str] = field(default_factory=dict)
    closed_sign_ups: frozenset[str] = frozenset()
    models: Mapping[ModelKey, Model] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Credential:
    """Who may do what: only the token's hash is kept. ``expires_race_ns`` None means until revoked.

    Expiry is on the race clock, so that setting the wall clock logs nobody out.
    """

    credential_id: str
    principal: str
    role: str
    scope: str | None
    kind: CredentialKind
    token_sha256: str
    made_wall_utc: str
    expires_race_ns: int | None


@dataclass(frozen=True, slots=True)
class OneTimeCode:
    """A short code that becomes a credential once; ``expires_race_ns`` None: until it is used."""

    code_sha256: str
    principal: str
    role: str
    scope: str | None
    expires_race_ns: int | None


@dataclass(frozen=True, slots=True)
class Retry:
    """What a principal's idempotency key asked for, and the JSON answer that it was given."""

    principal: str
    key: str
    request_sha256: str
    outcome: bytes
    made_race_ns: int


@dataclass(frozen=True, slots=True)
class Uplink:
    """How far a node's journal is stored without a gap."""

    node_id: NodeId
    journal_id: JournalId
    acked_seq: int


@dataclass(frozen=True, slots=True)
class LogCounts:
    """How much the log holds."""

    facts: int
    passes: int
    streams: int


class Transaction(Protocol):
    """The open write transaction of a group; everything in it is kept together or not at all."""

    def savepoint(self) -> AbstractContextManager[None]:
        """Undo what was written inside when an exception leaves the block."""

    def append_facts(self, facts: Sequence[StoredFact]) -> None:
        """Add lines to the log, in this order."""

    def known_evidence(
        self, node_id: NodeId, journal_id: JournalId, seqs: Sequence[int]
    ) -> Mapping[int, str]:
        """Return the content hashes of those records that are stored, by seq."""

    def add_evidence(self, records: Sequence[Evidence]) -> None:
        """Store records that aren't stored yet."""

    def acked_seq(self, node_id: NodeId, journal_id: JournalId) -> int:
        """Return the journal's high-water mark, 0 for an unknown one."""

    def next_evidence_seqs(
        self, node_id: NodeId, journal_id: JournalId, after_seq: int, limit: int
    ) -> Sequence[int]:
        """Return stored seqs above ``after_seq``, ascending."""

    def put_uplink(self, uplink: Uplink) -> None:
        """Move a journal's high-water mark."""

    def find_retry(self, principal: str, key: str) -> Retry | None:
        """Return what that key asked for before."""

    def put_retry(self, retry: Retry) -> None:
        """Remember an answer."""

    def forget_retries(self, before_race_ns: int) -> None:
        """Drop answers that are older."""

    def put_driver(self, driver: Driver) -> None:
        """Add or replace a driver."""

    def delete_driver(self, driver_id: str) -> None:
        """Remove all that is known of a person, with the answers that told it."""

    def put_picture(self, picture: Picture) -> None:
        """Add or replace a driver's picture."""

    def delete_picture(self, driver_id: str) -> None:
        """Remove a driver's picture."""

    def put_team(self, team: Team) -> None:
        """Add or replace a team."""

    def put_registration(self, registration: Registration) -> None:
        """Add or replace a registration."""

    def put_sign_up(self, event_id: str, *, is_open: bool) -> None:
        """Let people register for an event, or not."""

    def put_car(self, car: Car) -> None:
        """Add or replace a car."""

    def put_model(self, model: Model) -> None:
        """Add or replace a model's row."""

    def delete_model(self, key: ModelKey) -> None:
        """Remove a model's row."""

    def put_event_name(self, event_id: str, name: str) -> None:
        """Name an event."""

    def put_credential(self, credential: Credential) -> None:
        """Add a credential."""

    def delete_credential(self, credential_id: str) -> None:
        """Revoke a credential."""

    def put_code(self, code: OneTimeCode) -> None:
        """Open a one-time code."""

    def delete_code(self, code_sha256: str) -> None:
        """Use up a one-time code."""

    def put_names_changed(self, race_ns: int) -> None:
        """Note when a name was last replaced."""

    def put_blob(self, name: str, content: bytes) -> None:
        """Keep a small document under a name."""

    def delete_blob(self, name: str) -> None:
        """Remove a small document, where there is one."""

    def blob(self, name: str) -> bytes | None:
        """Return a small document, as this transaction leaves it."""


class Store(Protocol):
    """The database: one writer at a time, readers at any time. Errors are StorageFailedError."""

    def transaction(self) -> AbstractContextManager[Transaction]:
        """Open a write transaction: leaving the block commits it, an exception undoes it."""

    def read_stream(
        self, stream: StreamId, after_seq: int = 0, limit: int | None = None
    ) -> Sequence[StoredFact]:
        """Return a stream's lines in order."""

    def read_types(
        self, type_names: Sequence[str], newest: int | None = None
    ) -> Sequence[StoredFact]:
        """Return the lines of those types in the order of the whole log; ``newest``: the last n."""

    def newest_fact(self, stream: StreamId | None = None) -> StoredFact | None:
        """Return the last line of the log, or of one stream."""

    def log_counts(self) -> LogCounts:
        """Count facts, passes and streams."""

    def registry(self) -> RegistryRows:
        """Return all names."""

    def credentials(self) -> Sequence[Credential]:
        """Return all credentials."""

    def codes(self) -> Sequence[OneTimeCode]:
        """Return all one-time codes that weren't used."""

    def uplinks(self) -> Sequence[Uplink]:
        """Return all high-water marks."""

    def newest_records(self, kind: str) -> Sequence[Evidence]:
        """Return each node's newest record of a kind."""

    def records_between(
        self, node_id: NodeId, journal_id: JournalId, first_seq: int, last_seq: int, kind: str
    ) -> Sequence[Evidence]:
        """Return a journal's records of a kind, both ends included, in order."""

    def blob(self, name: str) -> bytes | None:
        """Return a small document."""

    def picture(self, driver_id: str) -> Picture | None:
        """Return a driver's picture."""

    def fold(self) -> None:
        """Fold the write-ahead log into the file: the next start has nothing to recover."""


class SystemClock(Protocol):
    """This machine's clocks; only ``service.log.race_clock`` makes race time of them."""

    @property
    def boot_id(self) -> BootId:
        """The kernel boot within which ``mono_ns`` counts."""

    def mono_ns(self) -> int:
        """Read CLOCK_MONOTONIC."""

    def wall_utc(self) -> str:
        """Read the calendar, ISO 8601 with microseconds, UTC."""


#: Runs a callback where answers and screens live (the event loop), in the order of the calls.
Deliver = Callable[[Callable[[], None]], None]
NewId = Callable[[], str]
