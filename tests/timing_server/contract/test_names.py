import pytest
from pydantic import TypeAdapter, ValidationError

from timing_server.contract.names import Name, Reason, shown_text

NAMES: TypeAdapter[str] = TypeAdapter(Name)
REASONS: TypeAdapter[str] = TypeAdapter(Reason)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Zoë", "Zoë"),
        ("Zoe\u0308", "Zoë"),
        ("  Ana  ", "Ana"),
        ("李雷", "李雷"),
        ("مریم‌زاده", "مریم‌زاده"),
        ("👩‍🚀", "👩‍🚀"),
        ("x" * 40, "x" * 40),
        ("e\u0301" * 40, "é" * 40),
        ("<script>", "<script>"),
    ],
)
def test_names_of_people_everywhere(typed: str, kept: str) -> None:
    """It should keep any script, in one normal form; screens render names as text."""
    assert NAMES.validate_python(typed) == kept


@pytest.mark.parametrize(
    "typed",
    [
        *("", " ", "x" * 41, "a\u202eb", "a\u2066b", "a\u200eb", "a\u200bb", "a\u00adb"),
        *("a\nb", "a\tb", "a\x00b", "a\x7fb", "a\u2028b", "\ufeffa", "a\ue000b", "a\ud800b"),
    ],
)
def test_what_deceives_the_eye_is_refused(typed: str) -> None:
    """It should refuse control, direction, invisible and private characters, and no name."""
    with pytest.raises(ValidationError):
        NAMES.validate_python(typed)


def test_a_reason_may_be_missing_and_longer() -> None:
    """It should take no reason, and up to two hundred characters."""
    assert REASONS.validate_python("") == ""
    assert len(REASONS.validate_python("x" * 200)) == 200
    with pytest.raises(ValidationError):
        REASONS.validate_python("x" * 201)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("Zoë's lap <b>", "Zoë's lap <b>"),
        ("\x1b[2J\n\u202e", "?[2J??"),
        ("x" * 20, "x" * 20),
        ("x" * 21, "x" * 19 + "…"),
    ],
)
def test_what_a_stranger_wrote_is_one_line(text: str, shown: str) -> None:
    """It should keep letters and markup as text, and nothing that steers or runs on."""
    assert shown_text(text, 20) == shown
