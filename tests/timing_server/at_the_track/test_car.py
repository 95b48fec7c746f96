"""Setting a car's computer up, on a folder that stands for it."""

import re
import shutil
import subprocess
import tomllib
from pathlib import Path

import pytest

from tests.timing_server.at_the_track.commands import files_of, venue

UNITS = Path("etc/systemd/system")
SETTINGS = Path("etc/paddock/paddock.toml")
PARTS = ("guard", "car", "console")

pytestmark = pytest.mark.skipif(
    shutil.which("systemctl") is None, reason="this machine has no systemd"
)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "image"
    (folder / "etc").mkdir(parents=True)
    return folder


def unit(root: Path, part: str) -> list[str]:
    return (root / UNITS / f"paddock-{part}.service").read_text().splitlines()


def test_all_of_a_car_starts_at_boot(root: Path) -> None:
    """It should set up guard, agent and page, and nothing of a venue."""
    told = venue("install", "--car", "red", "--root", str(root)).stdout
    assert {each.name for each in (root / UNITS).glob("*.service")} == {
        f"paddock-{part}.service" for part in PARTS
    }
    for part in PARTS:
        wanted = root / UNITS / "multi-user.target.wants" / f"paddock-{part}.service"
        assert wanted.is_symlink()
    car = tomllib.loads((root / SETTINGS).read_text())["car"]
    assert (car["car_id"], car["server_url"]) == ("red", "http://paddock.local:8000")
    assert not (root / "etc/polkit-1").exists()
    assert "car --pair" in told
    assert "journalctl -u paddock-console" in told
    shown = venue("status", "--root", str(root)).stdout.splitlines()
    assert [line.split()[0] for line in shown] == ["part", *PARTS, "hotspot"]


def test_the_groups_that_a_car_needs(root: Path) -> None:
    """It should make the groups of its devices where a system has none: the units want them."""
    venue("install", "--car", "red", "--root", str(root))
    groups = {line.split(":")[0] for line in (root / "etc/group").read_text().splitlines()}
    assert {"gpio", "i2c", "video"} <= groups


def test_units_come_back_for_ever(root: Path) -> None:
    """It should start each part again, notice a loop that hangs, and leave no wheel turning."""
    venue("install", "--car", "red", "--root", str(root))
    for part in PARTS:
        assert {"Restart=always", "StartLimitIntervalSec=0"} <= set(unit(root, part))
    assert {"Type=notify", "Environment=PADDOCK_SUPERVISED=1"} <= set(unit(root, "car"))
    assert any(line.startswith("WatchdogSec=") for line in unit(root, "car"))
    assert any(re.fullmatch(r"ExecStopPost=.* car neutral", line) for line in unit(root, "guard"))


@pytest.mark.parametrize("part", PARTS)
@pytest.mark.parametrize("data", ["/var/lib/paddock", "/mnt/stick/paddock"])
def test_systemd_takes_the_units(root: Path, part: str, data: str) -> None:
    """It should write nothing that systemd doesn't know, and start programs that are there."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("this machine has no systemd-analyze")
    venue("install", "--car", "red", "--data", data, "--root", str(root))
    path = root / UNITS / f"paddock-{part}.service"
    assert not re.search("@[A-Z_]+@", path.read_text())
    done = subprocess.run(
        [tool, "verify", "--man=no", str(path)], capture_output=True, text=True, check=False
    )
    assert "paddock" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_again_and_undone(root: Path) -> None:
    """It should change nothing the second time, and leave the settings alone when it is undone."""
    venue("install", "--car", "red", "--root", str(root))
    before = files_of(root)
    venue("install", "--car", "red", "--root", str(root))
    assert files_of(root) == before
    venue("uninstall", "--root", str(root))
    assert list(files_of(root)) == [str(SETTINGS)]


@pytest.mark.parametrize(
    ("settings", "words"),
    [
        ('[car]\ncar_id = "blue"\nguard_socket = "/run/paddock/guard.sock"', 'car_id = "red"'),
        ('[car]\ncar_id = "red"', 'guard_socket = "/run/paddock/guard.sock"'),
        ("[server]\nport = 80", 'car_id = "red" and guard_socket'),
        ("[car", "can't be read"),
        ("car = 1", "can't be read"),
    ],
)
def test_settings_of_another_machine(root: Path, settings: str, words: str) -> None:
    """It should say what is missing in settings that are somebody's, and change nothing."""
    path = root / SETTINGS
    path.parent.mkdir()
    path.write_text(settings)
    done = venue("install", "--car", "red", "--root", str(root), is_fine=False)
    assert words in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
    assert path.read_text() == settings
    assert not (root / UNITS).exists()
