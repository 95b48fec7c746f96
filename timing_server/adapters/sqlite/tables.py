"""The tables: the log and what stands beside it. Rows never leave this package (rule 9)."""

from typing import Any, ClassVar

from sqlalchemy import Column, Index, LargeBinary, Table, UniqueConstraint, text
from sqlmodel import Field, SQLModel


def _blob(**options: Any) -> Column[bytes]:
    return Column(LargeBinary, nullable=False, **options)


def _optional_text(default: str = "") -> Any:
    """Return a column that older rows have with a default."""
    return Field(default=default, sa_column_kwargs={"server_default": default})


class FactRow(SQLModel, table=True):
    """A line of the log; ``position`` orders the lines of all streams."""

    __tablename__: ClassVar[str] = "facts"
    __table_args__ = (
        UniqueConstraint("stream", "seq", name="uq_facts_stream_seq"),
        Index("ix_facts_type_position", "type", "position"),
    )

    position: int | None = Field(default=None, primary_key=True)
    stream: str
    seq: int
    type: str
    hash: str
    stored: bytes = Field(sa_column=_blob())


class EvidenceRow(SQLModel, table=True):
    """A record of a node's journal as it came (decision 7).

    The columns of the key stand in the order in which high-water marks are looked up.
    """

    __tablename__: ClassVar[str] = "evidence"
    __table_args__ = (
        UniqueConstraint("node_id", "journal_id", "seq", "boot_id", name="uq_evidence_record"),
        Index("ix_evidence_kind_node", "kind", "node_id", "position"),
    )

    position: int | None = Field(default=None, primary_key=True)
    node_id: str
    journal_id: str
    seq: int
    boot_id: str
    kind: str
    content_sha256: str
    content: bytes = Field(sa_column=_blob())


class UplinkRow(SQLModel, table=True):
    """How far a node's journal is stored without a gap."""

    __tablename__: ClassVar[str] = "uplinks"

    node_id: str = Field(primary_key=True)
    journal_id: str = Field(primary_key=True)
    acked_seq: int


class RetryRow(SQLModel, table=True):
    """What an idempotency key asked for and was answered."""

    __tablename__: ClassVar[str] = "retries"

    principal: str = Field(primary_key=True)
    key: str = Field(primary_key=True)
    request_sha256: str
    outcome: bytes = Field(sa_column=_blob())
    made_race_ns: int = Field(index=True)


class DriverRow(SQLModel, table=True):
    """A driver as people call them, outside the hash chain."""

    __tablename__: ClassVar[str] = "drivers"

    driver_id: str = Field(primary_key=True)
    name: str
    colour: str
    nickname: str = _optional_text()
    sponsor: str = _optional_text()
    country: str = _optional_text()
    contact: str = _optional_text()
    shown_as: str = _optional_text("full")
    spoken_as: str = _optional_text()


class DriverPictureRow(SQLModel, table=True):
    """A driver's picture as this server wrote it."""

    __tablename__: ClassVar[str] = "driver_pictures"

    driver_id: str = Field(primary_key=True)
    version: str
    content: bytes = Field(sa_column=_blob())


class TeamRow(SQLModel, table=True):
    """A team's name."""

    __tablename__: ClassVar[str] = "teams"

    team_id: str = Field(primary_key=True)
    name: str
    colour: str


class RegistrationRow(SQLModel, table=True):
    """Somebody who asked to take part in an event, and what came of it."""

    __tablename__: ClassVar[str] = "registrations"
    __table_args__ = (
        UniqueConstraint("event_id", "driver_id", name="uq_registrations_event_driver"),
    )

    registration_id: str = Field(primary_key=True)
    event_id: str
    driver_id: str
    status: str
    made_wall_utc: str
    name: str
    nickname: str
    shown_as: str
    colour: str
    sponsor: str
    country: str
    contact: str
    team: str
    region: str
    class_name: str
    entry_id: str | None = None
    reason: str


class ClosedSignUpRow(SQLModel, table=True):
    """An event that takes no registrations, though it isn't over."""

    __tablename__: ClassVar[str] = "closed_sign_ups"

    event_id: str = Field(primary_key=True)


class CarRow(SQLModel, table=True):
    """A car's name."""

    __tablename__: ClassVar[str] = "cars"

    car_id: str = Field(primary_key=True)
    name: str
    colour: str


class ModelRow(SQLModel, table=True):
    """Whose a model of the model folder is; ``owner`` is a driver's id, empty for the venue's own.

    ``about`` is what its trial found, ``origin`` how it was trained where that was here, both JSON.
    """

    __tablename__: ClassVar[str] = "models"

    sha256: str = Field(primary_key=True)
    owner: str = Field(primary_key=True)
    name: str
    size_bytes: int
    made_wall_utc: str
    about: bytes = Field(sa_column=_blob())
    notes: str = _optional_text()
    origin: bytes = Field(default=b"", sa_column=_blob(server_default=text("x''")))


class EvaluationRow(SQLModel, table=True):
    """What a model did on a virtual track, once for each setting; whosever it is."""

    __tablename__: ClassVar[str] = "evaluations"
    __table_args__ = (
        UniqueConstraint(
            *("sha256", "kind", "track_sha256", "seed", "laps", "versions", "as_measured"),
            name="uq_evaluations_setting",
        ),
    )

    evaluation_id: str = Field(primary_key=True)
    sha256: str
    kind: str
    track: str
    track_sha256: str
    seed: int
    laps: int
    versions: str
    made_wall_utc: str
    outcome: bytes = Field(sa_column=_blob())
    as_measured: str = Field(default="", sa_column_kwargs={"server_default": ""})


class RewardSourceRow(SQLModel, table=True):
    """A reward function that a kept model was trained with, by its hash."""

    __tablename__: ClassVar[str] = "reward_sources"

    sha256: str = Field(primary_key=True)
    content: bytes = Field(sa_column=_blob())


class JobRow(SQLModel, table=True):
    """A submission that waits or is driven; ``position`` is its place in the queue."""

    __tablename__: ClassVar[str] = "virtual_jobs"
    __table_args__ = (UniqueConstraint("submission_id", name="uq_virtual_jobs_submission"),)

    position: int | None = Field(default=None, primary_key=True)
    submission_id: str
    event_id: str
    model_sha256: str
    worker: str
    lease_id: str
    attempts: int


class EventNameRow(SQLModel, table=True):
    """An event's name."""

    __tablename__: ClassVar[str] = "event_names"

    event_id: str = Field(primary_key=True)
    name: str


class CredentialRow(SQLModel, table=True):
    """A credential; the token itself is nowhere."""

    __tablename__: ClassVar[str] = "credentials"

    credential_id: str = Field(primary_key=True)
    principal: str
    role: str
    scope: str | None = None
    kind: str
    token_sha256: str = Field(unique=True)
    made_wall_utc: str
    expires_race_ns: int | None = None


class CodeRow(SQLModel, table=True):
    """A one-time code that wasn't used yet."""

    __tablename__: ClassVar[str] = "codes"

    code_sha256: str = Field(primary_key=True)
    principal: str
    role: str
    scope: str | None = None
    expires_race_ns: int | None = None


class BlobRow(SQLModel, table=True):
    """A small document that is neither a fact nor a name, for example the track map."""

    __tablename__: ClassVar[str] = "blobs"

    name: str = Field(primary_key=True)
    content: bytes = Field(sa_column=_blob())


def _table(row: type[SQLModel]) -> Table:
    return SQLModel.metadata.tables[str(row.__tablename__)]


METADATA = SQLModel.metadata
FACTS = _table(FactRow)
EVIDENCE = _table(EvidenceRow)
UPLINKS = _table(UplinkRow)
RETRIES = _table(RetryRow)
DRIVERS = _table(DriverRow)
DRIVER_PICTURES = _table(DriverPictureRow)
TEAMS = _table(TeamRow)
REGISTRATIONS = _table(RegistrationRow)
CLOSED_SIGN_UPS = _table(ClosedSignUpRow)
CARS = _table(CarRow)
MODELS = _table(ModelRow)
EVALUATIONS = _table(EvaluationRow)
REWARD_SOURCES = _table(RewardSourceRow)
EVENT_NAMES = _table(EventNameRow)
JOBS = _table(JobRow)
CREDENTIALS = _table(CredentialRow)
CODES = _table(CodeRow)
BLOBS = _table(BlobRow)
