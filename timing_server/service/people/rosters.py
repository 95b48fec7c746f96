"""Takes a whole roster into the registry and an event: all of it, or nothing and the reasons."""

import colorsys
from collections import Counter
from collections.abc import Iterator, Mapping
from concurrent.futures import Future
from dataclasses import dataclass, replace

from timing_server.rules.commands.plan import AddEntry
from timing_server.rules.state.event import EventState
from timing_server.rules.units import DriverId, EntryId, EventId, StreamId, TeamId
from timing_server.service.entities import Driver, RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.people.errors import RosterError
from timing_server.service.people.names import team_called
from timing_server.service.people.roster_file import Roster, RosterLine, RosterProblem
from timing_server.service.ports import NewId

_PROFILE_FIELDS = frozenset(
    {"name", "nickname", "shown_as", "sponsor", "colour", "country", "contact"}
)
_GOLDEN_FRAC = 0.381966


@dataclass(frozen=True, slots=True)
class RosterStep:
    """What a row would do: ``driver`` is who is signed up already, None for somebody new.

    ``number`` is the entry's: the row's own, else one behind all that are taken or wanted.
    """

    line: RosterLine
    driver: Driver | None
    is_entered: bool
    number: int | None = None


@dataclass(frozen=True, slots=True)
class RosterPlan:
    """What an import would do, and every reason against it."""

    steps: tuple[RosterStep, ...]
    problems: tuple[RosterProblem, ...]


class Rosters:
    """Imports rosters through the writer."""

    def __init__(self, office: Office, new_id: NewId) -> None:
        self._office = office
        self._new_id = new_id

    def take(self, caller: Caller, event_id: str, roster: Roster) -> "Future[Outcome]":
        """Sign everybody up and enter them. The future raises UnknownIdError, RosterError where
        any row has a problem, or RefusedError where the event takes no entries.
        """

        def work(draft: Draft) -> Outcome:
            if EventId(event_id) not in draft.known.venue.events:
                raise UnknownIdError("event", event_id)
            state = draft.head(StreamId(event_id)).state
            plan = plan_import(roster, draft.known.registry, state)
            if plan.problems:
                first, count = plan.problems[0], len(plan.problems)
                message = f"{first.sentence} Nothing was taken of a roster with {count} problems."
                raise RosterError(message, row=first.row, problems=count)
            return self._take(draft, caller, StreamId(event_id), plan)

        return self._office.once(caller, work)

    def _take(self, draft: Draft, caller: Caller, stream: StreamId, plan: RosterPlan) -> Outcome:
        count = len(draft.known.registry.drivers)
        drivers = [
            self._driver(step, next_colour(count + at)) for at, step in enumerate(plan.steps)
        ]
        draft.put_drivers(drivers)
        entered = 0
        for step, driver in zip(plan.steps, drivers, strict=True):
            if not step.is_entered:
                self._enter(draft, caller, stream, (step, driver))
                entered += 1
        return {
            "seq": draft.head(stream).state.seq,
            "drivers_added": sum(step.driver is None for step in plan.steps),
            "drivers_changed": sum(step.driver is not None for step in plan.steps),
            "entries_added": entered,
        }

    def _driver(self, step: RosterStep, colour: str) -> Driver:
        """Return the driver as the row has it; a field that it leaves empty stays."""
        given = step.line.given & _PROFILE_FIELDS
        fields = {name: getattr(step.line.person, name) for name in given}
        if step.driver is not None:
            return replace(step.driver, **fields)
        return Driver(**{"driver_id": self._new_id(), "colour": colour, **fields})

    def _enter(
        self, draft: Draft, caller: Caller, stream: StreamId, who: tuple[RosterStep, Driver]
    ) -> None:
        step, driver = who
        line = step.line
        team = team_called(draft, line.person.team, self._new_id(), driver.colour)
        command = AddEntry(
            EntryId(self._new_id()),
            (DriverId(driver.driver_id),),
            step.number,
            region=line.person.region or None,
            class_name=line.person.class_name or None,
            team_id=None if team is None else TeamId(team),
        )
        draft.decide(stream, command, caller.principal, caller.retry_key)


def plan_import(roster: Roster, registry: RegistryRows, state: EventState) -> RosterPlan:
    """Return what an import into an event would do; pure, so that a preview is what comes."""
    finder = _Finder(registry.drivers)
    entries = [each for each in state.entries.values() if not each.is_withdrawn]
    entered = {driver_id for each in entries for driver_id in each.driver_ids}
    problems = list(roster.problems)
    steps = []
    for line in roster.lines:
        found = finder.find(line)
        if len(found) > 1:
            problems.append(_ambiguous(line, len(found)))
            continue
        driver = found[0] if found else None
        is_entered = driver is not None and driver.driver_id in entered
        steps.append(RosterStep(line, driver, is_entered))
    taken = {each.number for each in state.entries.values()}
    problems += _repeated_people(steps)
    problems += _taken_numbers(steps, taken)
    return RosterPlan(
        tuple(_numbered(steps, taken)), tuple(sorted(problems, key=lambda each: each.row))
    )


class _Finder:
    """Finds people of the registry by name, and by nickname too where a row has one."""

    def __init__(self, drivers: Mapping[str, Driver]) -> None:
        self._by_name: dict[str, list[Driver]] = {}
        for driver in drivers.values():
            self._by_name.setdefault(driver.name.casefold(), []).append(driver)

    def find(self, line: RosterLine) -> list[Driver]:
        """Return everybody whom the row may mean."""
        same = self._by_name.get(line.person.name.casefold(), [])
        nickname = line.person.nickname.casefold()
        if not nickname:
            return same
        return [each for each in same if each.nickname.casefold() in {"", nickname}]


def _ambiguous(line: RosterLine, count: int) -> RosterProblem:
    sentence = (
        f"Row {line.row}: {count} drivers are called '{line.person.name}'; a nickname tells "
        "which one is meant."
    )
    params: dict[str, str | int] = {"value": line.person.name, "count": count}
    return RosterProblem(line.row, "name", "name_ambiguous", sentence, params)


def _repeated_people(steps: list[RosterStep]) -> Iterator[RosterProblem]:
    """Yield a problem for each row that names somebody of a row before."""
    first: dict[tuple[str, str], int] = {}
    for step in steps:
        line = step.line
        key = (
            ("", step.driver.driver_id)
            if step.driver
            else (line.person.name.casefold(), line.person.nickname.casefold())
        )
        before = first.setdefault(key, line.row)
        if before != line.row:
            sentence = (
                f"Row {line.row} names '{line.person.name}' again, as row {before} does; a "
                "nickname tells two people apart."
            )
            params: dict[str, str | int] = {"value": line.person.name, "before": before}
            yield RosterProblem(line.row, "name", "name_repeated", sentence, params)


def _taken_numbers(steps: list[RosterStep], taken: set[int]) -> Iterator[RosterProblem]:
    """Yield a problem for each number that somebody else has, here or in the event."""
    wanted = Counter(
        step.line.number for step in steps if step.line.number is not None and not step.is_entered
    )
    for step in steps:
        number = step.line.number
        if number is None or step.is_entered:
            continue
        if number in taken:
            sentence = f"Row {step.line.row}: number {number} is taken in the event already."
            yield _number_problem(step, "number_taken", sentence)
        elif wanted[number] > 1:
            sentence = f"Row {step.line.row}: number {number} is there more than once."
            yield _number_problem(step, "number_repeated", sentence)


def _numbered(steps: list[RosterStep], taken: set[int]) -> Iterator[RosterStep]:
    """Yield the steps with the numbers of their entries."""
    last = max(taken.union(step.line.number or 0 for step in steps), default=0)
    for step in steps:
        number = step.line.number
        if number is None and not step.is_entered:
            last += 1
            number = last
        yield replace(step, number=number)


def _number_problem(step: RosterStep, code: str, sentence: str) -> RosterProblem:
    params: dict[str, str | int] = {"number": step.line.number or 0}
    return RosterProblem(step.line.row, "number", code, sentence, params)


def next_colour(count: int) -> str:
    """Return a colour that differs from those before it: the golden angle around the circle."""
    channels = colorsys.hls_to_rgb((count * _GOLDEN_FRAC + 0.55) % 1, 0.6, 0.8)
    return "#" + "".join(f"{round(255 * each):02x}" for each in channels)
