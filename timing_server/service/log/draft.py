"""The tentative group: what the jobs of one commit have decided so far, not yet on the disk."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace

from timing_server.rules.commands.command import Command
from timing_server.rules.decide import decide
from timing_server.rules.errors import RuleViolation
from timing_server.rules.facts.recorded import Fact, Recorded
from timing_server.rules.reduce import reduce_all
from timing_server.rules.state.event import empty_state
from timing_server.rules.stored.codec import chain_hash, encode
from timing_server.rules.units import EventId, StreamId
from timing_server.service.entities import (
    Car,
    Credential,
    Driver,
    Job,
    Model,
    ModelKey,
    OneTimeCode,
    Picture,
    Registration,
    RegistryRows,
    StoredFact,
    Team,
)
from timing_server.service.errors import ImportedEventError, RefusedError
from timing_server.service.log.known import Head, Known, advance, read_head, with_head
from timing_server.service.log.venue import EVENT_FACTS, note
from timing_server.service.ports import Store, Transaction


@dataclass(frozen=True, slots=True)
class Step:
    """One new fact, what was known of its stream before, and what after."""

    recorded: Recorded
    before: Head
    after: Head


class Draft:
    """What a job works on: it reads ``known``, appends facts, and writes rows through ``rows``.

    A job that raises leaves no trace: ``known`` is one frozen value, put back as it was, and the
    transaction returns to its savepoint.
    """

    def __init__(self, known: Known, store: Store, rows: Transaction, wall_utc: str) -> None:
        self.known = known
        self.rows = rows
        self.steps: list[Step] = []
        self.at_race_ns = known.newest_race_ns
        self._store = store
        self._wall_utc = wall_utc
        self._unwritten: list[StoredFact] = []

    @contextmanager
    def job(self, at_race_ns: int) -> Iterator[None]:
        """Run one job that was asked for at that instant; time never goes back within the log."""
        known, steps = self.known, len(self.steps)
        self.at_race_ns = max(at_race_ns, known.newest_race_ns)
        try:
            with self.rows.savepoint():
                yield
                if self._unwritten:
                    self.rows.append_facts(self._unwritten)
        except BaseException:
            self.known = known
            del self.steps[steps:]
            raise
        finally:
            self._unwritten = []

    @property
    def wall_utc(self) -> str:
        """The calendar's reading for this group, for people."""
        return self._wall_utc

    def put_driver(self, driver: Driver) -> None:
        """Add or replace a driver."""
        self.put_drivers((driver,))

    def put_drivers(self, drivers: Iterable[Driver]) -> None:
        """Add or replace drivers, many at the cost of one."""
        names = self.known.registry
        added = {driver.driver_id: driver for driver in drivers}
        for driver in added.values():
            self.rows.put_driver(driver)
        is_new = names.drivers.keys().isdisjoint(added)
        self._name(replace(names, drivers={**names.drivers, **added}), is_new)

    def delete_driver(self, driver_id: str) -> None:
        """Forget a person: the log goes on by the id alone."""
        self.rows.delete_driver(driver_id)
        names = self.known.registry
        drivers = {key: each for key, each in names.drivers.items() if key != driver_id}
        registrations = {
            key: each for key, each in names.registrations.items() if each.driver_id != driver_id
        }
        models = {key: each for key, each in names.models.items() if each.owner != driver_id}
        left = replace(names, drivers=drivers, registrations=registrations, models=models)
        self._name(_without_picture(left, driver_id), is_new=False)

    def put_picture(self, picture: Picture) -> None:
        """Add or replace a driver's picture."""
        self.rows.put_picture(picture)
        names = self.known.registry
        versions = {**names.picture_versions, picture.driver_id: picture.version}
        self._name(replace(names, picture_versions=versions), is_new=False)

    def delete_picture(self, driver_id: str) -> None:
        """Remove a driver's picture."""
        self.rows.delete_picture(driver_id)
        self._name(_without_picture(self.known.registry, driver_id), is_new=False)

    def put_sign_up(self, event_id: str, *, is_open: bool) -> None:
        """Let people register for an event, or not; no screen shows it."""
        self.rows.put_sign_up(event_id, is_open=is_open)
        names = self.known.registry
        closed = (
            names.closed_sign_ups - {event_id} if is_open else {*names.closed_sign_ups, event_id}
        )
        self._name(replace(names, closed_sign_ups=frozenset(closed)), is_new=True)

    def put_team(self, team: Team) -> None:
        """Add or replace a team."""
        self.rows.put_team(team)
        names = self.known.registry
        is_new = team.team_id not in names.teams
        self._name(replace(names, teams={**names.teams, team.team_id: team}), is_new)

    def put_registration(self, registration: Registration) -> None:
        """Add or replace a registration, which no screen shows."""
        self.rows.put_registration(registration)
        names = self.known.registry
        registrations = {**names.registrations, registration.registration_id: registration}
        self._name(replace(names, registrations=registrations), is_new=True)

    def put_car(self, car: Car) -> None:
        """Add or replace a car."""
        self.rows.put_car(car)
        names = self.known.registry
        is_new = car.car_id not in names.cars
        self._name(replace(names, cars={**names.cars, car.car_id: car}), is_new)

    def put_model(self, model: Model) -> None:
        """Add or replace a model's row, which no screen shows."""
        self.rows.put_model(model)
        names = self.known.registry
        models = {**names.models, (model.sha256, model.owner): model}
        self._name(replace(names, models=models), is_new=True)

    def delete_model(self, key: ModelKey) -> None:
        """Remove a model's row."""
        self.rows.delete_model(key)
        names = self.known.registry
        models = {each: model for each, model in names.models.items() if each != key}
        self._name(replace(names, models=models), is_new=True)

    def put_job(self, job: Job) -> None:
        """Put a job at the end of the queue; one that is in it keeps its place."""
        put = self.rows.change_job if job.submission_id in self.known.jobs else self.rows.add_job
        put(job)
        self.known = replace(self.known, jobs={**self.known.jobs, job.submission_id: job})

    def delete_job(self, submission_id: str) -> None:
        """Take a job out of the queue."""
        self.rows.delete_job(submission_id)
        jobs = {key: each for key, each in self.known.jobs.items() if key != submission_id}
        self.known = replace(self.known, jobs=jobs)

    def put_event_name(self, event_id: str, name: str) -> None:
        """Name an event."""
        self.rows.put_event_name(event_id, name)
        names = self.known.registry
        is_new = event_id not in names.event_names
        self._name(replace(names, event_names={**names.event_names, event_id: name}), is_new)

    def put_credential(self, credential: Credential) -> None:
        """Add a credential."""
        self.rows.put_credential(credential)
        access = self.known.access
        credentials = {**access.credentials, credential.token_sha256: credential}
        self.known = replace(self.known, access=replace(access, credentials=credentials))

    def delete_credential(self, credential: Credential) -> None:
        """Revoke a credential."""
        self.rows.delete_credential(credential.credential_id)
        access = self.known.access
        credentials = dict(access.credentials)
        credentials.pop(credential.token_sha256, None)
        self.known = replace(self.known, access=replace(access, credentials=credentials))

    def put_code(self, code: OneTimeCode) -> None:
        """Open a one-time code."""
        self.rows.put_code(code)
        access = self.known.access
        codes = {**access.codes, code.code_sha256: code}
        self.known = replace(self.known, access=replace(access, codes=codes))

    def delete_code(self, code: OneTimeCode) -> None:
        """Use up a one-time code."""
        self.rows.delete_code(code.code_sha256)
        access = self.known.access
        codes = dict(access.codes)
        codes.pop(code.code_sha256, None)
        self.known = replace(self.known, access=replace(access, codes=codes))

    def _name(self, registry: RegistryRows, is_new: bool) -> None:
        if not is_new:
            self.rows.put_names_changed(self.at_race_ns)
            registry = replace(registry, changed_race_ns=self.at_race_ns)
        self.known = replace(self.known, registry=registry)

    def head(self, stream: StreamId) -> Head:
        """Return a stream's head, replaying it from the disk the first time."""
        head = self.known.heads.get(stream)
        if head is None:
            head = read_head(self._store, stream)
            self.known = with_head(self.known, stream, head)
        return head

    def decide(
        self, stream: StreamId, command: Command, actor: str, retry_key: str | None = None
    ) -> tuple[Recorded, ...]:
        """Append what the rules make of a command.

        Raises RefusedError where they refuse it, ImportedEventError for another venue's stream.
        """
        self._check_own(stream)
        answer = decide(self.head(stream).state, command, self.at_race_ns)
        if isinstance(answer, RuleViolation):
            raise RefusedError(answer)
        return tuple(self.append(stream, fact, actor, retry_key) for fact in answer)

    def _check_own(self, stream: StreamId) -> None:
        event = self.known.venue.events.get(EventId(stream))
        if event is not None and event.is_imported:
            raise ImportedEventError(
                "This event was raced elsewhere: its log stays as its own venue left it."
            )

    def import_stream(self, lines: Sequence[StoredFact], facts: Sequence[Recorded]) -> None:
        """Take over another venue's stream as it is, which this log doesn't have; of its facts
        only those that say which event it is concern this venue.
        """
        stream = lines[0].stream
        state = reduce_all(empty_state(stream), facts)
        self._unwritten.extend(lines)
        self.known = with_head(self.known, stream, Head(state, lines[-1].hash_hex))
        venue = self.known.venue
        for recorded in facts:
            if type(recorded.fact).__name__ in EVENT_FACTS:
                venue = note(venue, recorded)
        self.known = replace(self.known, venue=venue)

    def append(
        self, stream: StreamId, fact: Fact, actor: str, retry_key: str | None = None
    ) -> Recorded:
        """Append one fact to a stream.

        Raises ImportedEventError where the stream is another venue's.
        """
        self._check_own(stream)
        before = self.head(stream)
        recorded = Recorded(
            stream=stream,
            seq=before.state.seq + 1,
            race_ns=self.at_race_ns,
            wall_utc=self._wall_utc,
            actor=actor,
            retry_key=retry_key,
            fact=fact,
        )
        stored = encode(recorded, before.hash_hex)
        after = Head(advance(before.state, recorded), chain_hash(stored))
        self._unwritten.append(
            StoredFact(stream, recorded.seq, type(fact).__name__, after.hash_hex, stored)
        )
        self.steps.append(Step(recorded, before, after))
        known = self.known
        # Spelt out: this runs for every pass, and replace() takes several times as long.
        self.known = Known(
            heads={**known.heads, stream: after},
            venue=note(known.venue, recorded),
            registry=known.registry,
            access=known.access,
            newest_race_ns=self.at_race_ns,
            jobs=known.jobs,
        )
        return recorded


def _without_picture(names: RegistryRows, driver_id: str) -> RegistryRows:
    versions = {key: each for key, each in names.picture_versions.items() if key != driver_id}
    return replace(names, picture_versions=versions)
