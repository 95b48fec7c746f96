from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.node.watch.machine import (
    MachineReading,
    parse_temperature,
    parse_throttled,
    read_machine,
)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("throttled=0x0\n", (False, False)),
        ("throttled=0x50005\n", (True, True)),
        ("throttled=0x50000\n", (False, False)),
        ("throttled=0x1", (True, False)),
        ("throttled=0x8", (False, True)),
        ("5\n", (True, True)),
        ("", None),
        ("error=1 error_msg=x", None),
    ],
)
def test_what_the_firmware_says(text: str, expected: tuple[bool, bool] | None) -> None:
    """It should read what is so now, not what was so once."""
    assert parse_throttled(text) == expected


@given(st.text())
def test_any_text_is_borne(text: str) -> None:
    """It should take whatever a file or a program says without breaking."""
    temp_c = parse_temperature(text)
    assert temp_c is None or -60 <= temp_c <= 200
    parse_throttled(text)


def test_a_pi(tmp_path: Path) -> None:
    """It should read temperature, throttling, voltage and the disk's room."""
    (tmp_path / "temp").write_text("61855\n")
    found = read_machine(tmp_path, tmp_path / "temp", lambda: "throttled=0x5")
    assert (found.cpu_temp_c, found.is_undervolted, found.is_throttled) == (61.855, True, True)
    assert found.disk_free_bytes is not None
    assert found.disk_free_bytes > 0


def test_another_machine(tmp_path: Path) -> None:
    """It should say nothing about what it can't know."""
    gone = tmp_path / "gone"
    assert read_machine(gone, gone, lambda: "") == MachineReading()
