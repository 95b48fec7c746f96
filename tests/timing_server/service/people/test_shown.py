"""What is shown of a person: never more than the person chose."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing_server.contract.names import clean_text
from timing_server.service.people.shown import initials, shown_name


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("Rusty Chicane", "R.C."),
        ("mina de la apex", "M.D.L.A."),
        ("Jean-Luc Kerb", "J.L.K."),
        ("Žofie Kerb", "Ž.K."),
        ("e\u0301lan Kerb", "E\u0301.K."),
        ("李 雷", "李.雷."),
        ("'Turbo' (T.)", "T.T."),
        ("🏎", "🏎"),
        ("किरण", "कि."),
    ],
)
def test_initials(name: str, expected: str) -> None:
    """It should take each word's first letter with its marks, in any script."""
    assert initials(name) == expected


def test_choices() -> None:
    """It should show what was chosen, and initials where a nickname was chosen and is missing."""
    assert shown_name("Mina Apex", "Rocket", "full") == "Mina Apex"
    assert shown_name("Mina Apex", "Rocket", "nickname") == "Rocket"
    assert shown_name("Mina Apex", "", "nickname") == "M.A."
    assert shown_name("Mina Apex", "Rocket", "initials") == "M.A."


@given(st.text(min_size=1, max_size=40), st.text(max_size=40))
def test_a_shown_name_is_a_name(name: str, nickname: str) -> None:
    """It should be a clean text that isn't empty whatever people are called."""
    try:
        name = clean_text(name.strip(), 40)
        nickname = clean_text(nickname.strip(), 40)
    except ValueError:
        return
    if not name:
        return
    for shown_as in ("full", "nickname", "initials"):
        shown = shown_name(name, nickname, shown_as)
        assert shown
        assert clean_text(shown, 200)
    whole_words = [word for word in name.split() if len(word) > 3 and word.isascii()]
    assert not any(word in initials(name) for word in whole_words)
