from pathlib import Path
from typing import get_args

from timing_server.rules.scoring.scores import Invalid, Verdict

DOCUMENT = (Path(__file__).parents[4] / "docs" / "scoring.md").read_text(encoding="utf-8")


def table_codes(heading: str) -> set[str]:
    """Return the codes in the first column of the table under a heading."""
    section = DOCUMENT.split(f"## {heading}\n")[1].split("\n## ")[0]
    rows = [line for line in section.splitlines() if line.startswith("| `")]
    return {row.split("`")[1] for row in rows}


def test_every_verdict_is_documented() -> None:
    """It should say of every verdict, and of no other, what it means."""
    assert table_codes("What each pass is") == set(get_args(Verdict))


def test_every_reason_is_documented() -> None:
    """It should say of every reason why a lap may not count, and of no other, what it means."""
    assert table_codes("Why a lap may not count") == set(get_args(Invalid))
