"""Reading rosters: any text has an answer, and rows keep their numbers."""

import csv
import io
from unicodedata import normalize

from hypothesis import given
from hypothesis import strategies as st

from timing_server.service.people.roster_file import COLUMN_NAMES, read_roster

NAMES = st.text(
    st.characters(categories=("Lu", "Ll", "Lo", "Nd"), include_characters=" '\"-;,"), min_size=1
).filter(lambda name: name.strip() == name and any(char.isalnum() for char in name))


@given(st.text(max_size=400))
def test_any_text_has_an_answer(text: str) -> None:
    """It should find a problem or a person in whatever it is given, and never fail."""
    roster = read_roster(text)
    assert roster.problems or all(line.person.name for line in roster.lines)


@given(st.text(max_size=200))
def test_any_rows_under_known_columns(text: str) -> None:
    """It should take each row's problems to that row."""
    columns = ["name", "number", "colour", "country", "shown_as"]
    roster = read_roster(",".join(columns) + "\n" + text)
    rows = [each.row for each in roster.lines] + [each.row for each in roster.problems]
    assert all(row >= 2 for row in rows)
    assert len({line.row for line in roster.lines}) == len(roster.lines)


@given(
    st.lists(NAMES.map(lambda name: name[:20].strip()).filter(bool), min_size=1, max_size=8),
    st.sampled_from(",;\t"),
)
def test_what_a_spreadsheet_writes_is_read(names: list[str], delimiter: str) -> None:
    """It should read back every name that a spreadsheet quoted, under either separator."""
    written = io.StringIO()
    writer = csv.writer(written, delimiter=delimiter)
    writer.writerow(["name", "team"])
    writer.writerows([name, "Kerb Riders"] for name in names)
    roster = read_roster(written.getvalue())
    assert roster.problems == ()
    assert [line.person.name for line in roster.lines] == [normalize("NFC", name) for name in names]
    assert [line.row for line in roster.lines] == list(range(2, len(names) + 2))


def test_every_column_has_a_spanish_name() -> None:
    """It should know each column by more than one name."""
    fields = set(COLUMN_NAMES.values())
    for field in fields:
        assert sum(each == field for each in COLUMN_NAMES.values()) > 1, field
