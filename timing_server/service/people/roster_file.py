"""Reads a roster as spreadsheets write it: CSV with a line of columns, every problem by its row."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import ValidationError

from timing_server.contract.people.people import LEAST_NUMBER, MOST_NUMBER, RegistrationRequest

MAX_ROWS = 10_000

#: Every name that a column may have, in English and Spanish, and the field that it fills.
COLUMN_NAMES: Mapping[str, str] = {
    **dict.fromkeys(("name", "full name", "driver", "nombre", "nombre completo", "piloto"), "name"),
    **dict.fromkeys(("nickname", "racing name", "apodo", "alias"), "nickname"),
    **dict.fromkeys(("shown_as", "shown as", "mostrar"), "shown_as"),
    **dict.fromkeys(("number", "no", "nr", "#", "dorsal", "número", "numero"), "number"),
    **dict.fromkeys(("team", "equipo"), "team"),
    **dict.fromkeys(("region", "región"), "region"),
    **dict.fromkeys(("class", "class_name", "category", "clase", "categoría"), "class_name"),
    **dict.fromkeys(("sponsor", "patrocinador"), "sponsor"),
    **dict.fromkeys(("colour", "color"), "colour"),
    **dict.fromkeys(("country", "país", "pais"), "country"),
    **dict.fromkeys(("contact", "email", "e-mail", "contacto", "correo"), "contact"),
}
_SHOWN_AS: Mapping[str, str] = {
    **dict.fromkeys(("full", "full name", "completo", "nombre completo"), "full"),
    **dict.fromkeys(("nickname", "apodo", "alias"), "nickname"),
    **dict.fromkeys(("initials", "iniciales"), "initials"),
}


@dataclass(frozen=True, slots=True)
class RosterProblem:
    """What is wrong in a row (1 is the line of columns); ``code`` is worded by the display."""

    row: int
    column: str
    code: str
    sentence: str
    params: Mapping[str, str | int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RosterLine:
    """A person of the roster; ``given`` names the fields that the row fills."""

    row: int
    person: RegistrationRequest
    number: int | None
    given: frozenset[str]


@dataclass(frozen=True, slots=True)
class Roster:
    """A whole roster; its lines are those without a problem of their own."""

    lines: Sequence[RosterLine]
    problems: Sequence[RosterProblem]
    columns: tuple[str, ...] = ()
    ignored_columns: tuple[str, ...] = ()


def read_roster(text: str) -> Roster:
    """Return what a roster says. Raises nothing: what can't be read is a problem."""
    rows = _rows_of(text.removeprefix("\ufeff"))
    header, unreadable = next(rows, ([], None))
    named = [COLUMN_NAMES.get(cell.strip().casefold(), "") for cell in header]
    columns = tuple(each for each in named if each)
    ignored = tuple(cell[:40] for cell, name in zip(header, named, strict=True) if not name)
    if problem := unreadable or _header_problem(columns):
        return Roster((), (problem,), columns, ignored)
    lines: list[RosterLine] = []
    problems: list[RosterProblem] = []
    for row, (cells, unread) in enumerate(rows, start=2):
        if unread is not None:
            problems.append(unread)
        elif row > MAX_ROWS + 1:
            sentence = f"A roster has at most {MAX_ROWS} rows; split this one."
            problems.append(RosterProblem(row, "", "too_many_rows", sentence, {"most": MAX_ROWS}))
            break
        elif any(cell.strip() for cell in cells):
            line, found = _line_of(row, named, cells)
            lines += [line] if line else []
            problems += found
    return Roster(tuple(lines), tuple(problems), columns, ignored)


def _rows_of(text: str) -> Iterator[tuple[list[str], RosterProblem | None]]:
    """Yield rows of cells; a row that isn't CSV is a problem and the last one."""
    first_line = text.split("\n", 1)[0]
    delimiter = max(",;\t", key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    row = 0
    while True:
        row += 1
        try:
            yield next(reader), None
        except StopIteration:
            return
        except csv.Error as error:
            sentence = f"Row {row} isn't CSV: {error}."
            yield [], RosterProblem(row, "", "unreadable", sentence)
            return


def _header_problem(columns: Sequence[str]) -> RosterProblem | None:
    if "name" not in columns:
        sentence = "The first line must name the columns, and one of them must be 'name'."
        return RosterProblem(1, "name", "no_name_column", sentence)
    twice = next((each for each in columns if columns.count(each) > 1), None)
    if twice is not None:
        sentence = f"Two columns are for '{twice}'; keep one of them."
        return RosterProblem(1, twice, "column_repeated", sentence)
    return None


def _line_of(
    row: int, named: Sequence[str], cells: Sequence[str]
) -> tuple[RosterLine | None, list[RosterProblem]]:
    if any(cell.strip() for cell in cells[len(named) :]):
        sentence = f"Row {row} has more cells than there are columns."
        return None, [RosterProblem(row, "", "too_many_cells", sentence)]
    pairs = zip(named, cells, strict=False)
    given = {name: cell.strip() for name, cell in pairs if name and cell.strip()}
    problems: list[RosterProblem] = []
    number = _number_of(row, given.pop("number", None), problems)
    if "shown_as" in given:
        given["shown_as"] = _SHOWN_AS.get(given["shown_as"].casefold(), given["shown_as"])
    if "country" in given:
        given["country"] = given["country"].upper()
    try:
        person = RegistrationRequest.model_validate({"name": "", **given})
    except ValidationError as error:
        return None, problems + [_refused(row, each, given) for each in _first_of_each(error)]
    if problems:
        return None, problems
    return RosterLine(row, person, number, frozenset(given)), []


def _number_of(row: int, text: str | None, problems: list[RosterProblem]) -> int | None:
    if text is None:
        return None
    low, high = LEAST_NUMBER, MOST_NUMBER
    if text.isascii() and text.isdigit() and len(text) <= 6 and low <= int(text) <= high:
        return int(text)
    sentence = f"Row {row}: '{text[:20]}' is no number between {low} and {high}."
    params: dict[str, str | int] = {"value": text[:20], "low": low, "high": high}
    problems.append(RosterProblem(row, "number", "not_a_number", sentence, params))
    return None


def _first_of_each(error: ValidationError) -> list[tuple[str, str]]:
    found: dict[str, str] = {}
    for each in error.errors(include_url=False, include_context=False, include_input=False):
        found.setdefault(str(each["loc"][0]), each["msg"].removeprefix("Value error, "))
    return list(found.items())


def _refused(row: int, where: tuple[str, str], given: Mapping[str, str]) -> RosterProblem:
    column, message = where
    if column == "name" and "name" not in given:
        return RosterProblem(row, "name", "name_missing", f"Row {row} has no name.")
    value = given.get(column, "")[:40]
    sentence = f"Row {row}: '{column}' {message}."
    return RosterProblem(row, column, "value_refused", sentence, {"value": value})
