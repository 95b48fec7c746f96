"""What the service needs from outside: a store, clocks and ids; adapters provide them."""

from collections.abc import Callable, Collection, Mapping, Sequence
from contextlib import AbstractContextManager
from typing import Protocol

from timing_server.rules.units import BootId, JournalId, NodeId, StreamId
from timing_server.service.entities import (
    Car,
    Credential,
    Driver,
    Evaluation,
    EvaluationKind,
    Evidence,
    Job,
    LogCounts,
    Model,
    ModelKey,
    OneTimeCode,
    Picture,
    Registration,
    RegistryRows,
    Retry,
    StoredFact,
    Team,
    Uplink,
)


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

    def put_evaluation(self, evaluation: Evaluation, most: int) -> None:
        """Keep an evaluation in the place of one of the same setting; of a model the newest n."""

    def put_reward_source(self, sha256: str, content: bytes) -> None:
        """Keep a reward function's source under its hash."""

    def keep_only(self, models: Collection[str], rewards: Collection[str]) -> None:
        """Forget what other models did, and other rewards' sources; both by hashes."""

    def add_job(self, job: Job) -> None:
        """Put a job at the end of the queue."""

    def change_job(self, job: Job) -> None:
        """Note who drives a job, how often it was begun; it keeps its place."""

    def delete_job(self, submission_id: str) -> None:
        """Take a job out of the queue."""

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

    def has_blob(self, name: str) -> bool:
        """Whether there is a document of that name, without reading it."""


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

    def jobs(self) -> Sequence[Job]:
        """Return what waits to be driven or is driven, in the order of the queue."""

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

    def evaluations(
        self, sha256s: Collection[str], kind: EvaluationKind | None = None
    ) -> Sequence[Evaluation]:
        """Return what models of those hashes did on virtual tracks, the newest first."""

    def reward_source(self, sha256: str) -> bytes | None:
        """Return the source of a reward function of that hash."""

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
