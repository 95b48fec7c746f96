"""What the store keeps: lines of the log, people, teams, cars, models, credentials and answers."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

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

    ``owner`` is a driver's id, empty for the venue's own; ``about`` is a ``ModelAbout`` as JSON,
    ``origin`` a ``ModelOrigin`` where it was trained here, else empty. ``notes`` are its owner's.
    """

    sha256: str
    owner: str
    name: str
    size_bytes: int
    made_wall_utc: str
    about: bytes
    notes: str = ""
    origin: bytes = b""


#: A model's hash and its owner: two drivers may bring the same file.
ModelKey = tuple[str, str]


@dataclass(frozen=True, slots=True)
class Job:
    """A submission that is to be driven; its place in the queue is its place among all jobs.

    ``lease_id`` names the claim of the ``worker`` that drives it now, both empty while it waits;
    ``attempts`` is how often it was claimed.
    """

    submission_id: str
    event_id: str
    model_sha256: str
    worker: str = ""
    lease_id: str = ""
    attempts: int = 0


EvaluationKind = Literal["laps", "stress"]


@dataclass(frozen=True, slots=True)
class Evaluation:
    """What a model did on a virtual track; the same settings give the same again.

    ``outcome`` is a ``VirtualLaps`` or a ``StressCard`` as JSON. ``versions`` are those of the
    programs that computed it. ``as_measured`` is the car as which it was driven, empty for the
    usual one.
    """

    evaluation_id: str
    sha256: str
    kind: EvaluationKind
    track: str
    track_sha256: str
    seed: int
    laps: int
    versions: str
    made_wall_utc: str
    outcome: bytes
    as_measured: str = ""


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
