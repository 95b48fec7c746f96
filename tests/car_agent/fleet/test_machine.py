from pathlib import Path

import pytest

from car_agent.fleet.machine import read_uptime_s, read_wifi_dbm

HEAD = (
    "Inter-| sta-|   Quality        |   Discarded packets               | Missed | WE\n"
    " face | tus | link level noise |  nwid  crypt   frag  retry   misc | beacon | 22\n"
)


@pytest.mark.parametrize(
    ("rows", "dbm"),
    [
        (" wlan0: 0000   60.  -50.  -256        0      0      0      0      0        0\n", -50),
        (" wlan0: 0000   60   -71   -256  0 0 0 0 0 0\nwlan1: 0000 50. -64. -256 0 0\n", -64),
        (" wlan0: 0000    0.    0.  -256        0      0      0      0      0        0\n", None),
        ("", None),
        ("nonsense\n", None),
    ],
)
def test_the_strongest_signal_is_read(tmp_path: Path, rows: str, dbm: int | None) -> None:
    """It should read what the kernel says in its own format, and nothing of what isn't one."""
    file = tmp_path / "wireless"
    file.write_text(HEAD + rows, encoding="ascii")
    assert read_wifi_dbm(file) == dbm


def test_a_machine_without_wifi_says_nothing(tmp_path: Path) -> None:
    """It should be None, and the uptime a number all the same."""
    assert read_wifi_dbm(tmp_path / "missing") is None
    assert read_uptime_s() > 0
