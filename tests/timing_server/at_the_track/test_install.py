"""Setting a machine up, on a folder that stands for it, by the command that a person types."""

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.timing_server.at_the_track.commands import files_of, program, venue

ALL = ("--node", "--camera", "--kiosk", "--hotspot", "Friday League")
UNITS = Path("etc/systemd/system")
HOTSPOT = "etc/NetworkManager/system-connections/paddock-hotspot.nmconnection"

needs_systemd = pytest.mark.skipif(
    shutil.which("systemctl") is None, reason="this machine has no systemd"
)
pytestmark = needs_systemd


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "image"
    (folder / "etc").mkdir(parents=True)
    return folder


@pytest.fixture
def programs(tmp_path: Path) -> Path:
    """A folder with what the kiosk needs."""
    for name in ("cage", "chromium"):
        program(tmp_path / "bin", name)
    return tmp_path / "bin"


def test_all_parts_start_at_boot(root: Path, programs: Path) -> None:
    """It should write a unit for each part wanted, and have systemd start it at boot."""
    told = venue("install", *ALL, "--root", str(root), path=programs).stdout
    for part, instance in (("server", ""), ("node", ""), ("camera@", "finish"), ("kiosk", "")):
        unit = f"paddock-{part}.service"
        wanted = f"multi-user.target.wants/paddock-{part}{instance}.service"
        assert (root / UNITS / unit).exists()
        assert (root / UNITS / wanted).is_symlink()
        assert f"/etc/systemd/system/{unit}" in told
    assert "sudo paddock venue uninstall" in told
    shown = venue("status", "--root", str(root)).stdout.splitlines()
    assert [line.split()[-1] for line in shown] == ["boot", *5 * ["starts"]]


def test_the_group_that_the_node_needs(root: Path) -> None:
    """It should make the group of the GPIO chips where a system has none: the unit wants it."""
    venue("install", "--node", "--root", str(root))
    assert "SupplementaryGroups=gpio" in (root / UNITS / "paddock-node.service").read_text()
    groups = (root / "etc/group").read_text().splitlines()
    assert any(line.startswith("gpio:") for line in groups)


def test_the_server_alone(root: Path) -> None:
    """It should set up nothing that wasn't asked for."""
    venue("install", "--root", str(root))
    assert [each.name for each in (root / UNITS).glob("*.service")] == ["paddock-server.service"]
    assert not (root / HOTSPOT).exists()
    assert "isn't installed" in venue("status", "--root", str(root)).stdout


def test_a_second_machine(root: Path) -> None:
    """It should set up a node without a server, which uses the one that is named."""
    venue("install", "--node", "--server", "http://paddock.local:8000/", "--root", str(root))
    assert [each.name for each in (root / UNITS).glob("*.service")] == ["paddock-node.service"]
    settings = (root / "etc/paddock/paddock.toml").read_text()
    assert 'server_url = "http://paddock.local:8000"' in settings
    assert not (root / "etc/polkit-1").exists(), "nobody switches this machine off from afar"


def test_a_unit_for_each_camera(root: Path) -> None:
    """It should start the cameras that the settings name, and no longer one that they don't."""
    venue("install", "--node", "--camera", "--root", str(root))
    settings = root / "etc/paddock/paddock.toml"
    assert 'cameras = [\n  { gate = "finish"' in settings.read_text()
    settings.write_text('[node]\ncameras = [{ gate = "sector-1" }, { gate = "line.2" }]\n')
    venue("install", "--node", "--camera", "--root", str(root))
    wants = root / UNITS / "multi-user.target.wants"
    names = sorted(each.name for each in wants.glob("paddock-camera@*"))
    assert names == ["paddock-camera@line.2.service", "paddock-camera@sector-1.service"]
    shown = venue("status", "--root", str(root)).stdout
    assert "camera line.2" in shown
    assert "camera finish" not in shown


@pytest.mark.parametrize(
    "settings", ["[node\n", '[node]\ncameras = [{ gate = "a b" }]', "node = 1"]
)
def test_cameras_that_cant_be_read(root: Path, settings: str) -> None:
    """It should say so in a sentence before anything is written."""
    path = root / "etc/paddock/paddock.toml"
    path.parent.mkdir()
    path.write_text(settings)
    done = venue("install", "--node", "--camera", "--root", str(root), is_fine=False)
    assert "can't be read" in done.stderr
    assert "Traceback" not in done.stderr
    assert not (root / UNITS).exists()


@pytest.mark.parametrize("part", ["server", "node", "camera@", "kiosk"])
@pytest.mark.parametrize("data", ["/var/lib/paddock", "/mnt/stick/paddock"])
def test_systemd_takes_the_units(root: Path, programs: Path, part: str, data: str) -> None:
    """It should write nothing that systemd doesn't know, and start programs that are there."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("this machine has no systemd-analyze")
    venue("install", *ALL, "--data", data, "--root", str(root), path=programs)
    unit = root / UNITS / f"paddock-{part}.service"
    assert not re.search("@[A-Z_]+@", unit.read_text())
    done = subprocess.run(
        [tool, "verify", "--man=no", str(unit)], capture_output=True, text=True, check=False
    )
    assert "paddock" not in done.stderr, done.stderr
    assert done.returncode == 0, done.stderr


def test_units_come_back_for_ever(root: Path, programs: Path) -> None:
    """It should start each part again after any end, and notice one that has wedged."""
    venue("install", *ALL, "--root", str(root), path=programs)
    for part in ("server", "node", "camera@", "kiosk"):
        lines = (root / UNITS / f"paddock-{part}.service").read_text().splitlines()
        assert "Restart=always" in lines
        assert "StartLimitIntervalSec=0" in lines
        assert ("Type=notify" in lines) is (part != "kiosk")
        assert any(line.startswith("WatchdogSec=") for line in lines) is (part != "kiosk")


def test_again_changes_nothing(root: Path, programs: Path) -> None:
    """It should leave what is as it should be, the hotspot's passphrase too."""
    venue("install", *ALL, "--root", str(root), path=programs)
    before = files_of(root)
    told = venue("install", *ALL, "--root", str(root), path=programs).stdout
    assert files_of(root) == before
    assert "  write " not in told


def test_settings_are_theirs(root: Path) -> None:
    """It should never write over what somebody has edited."""
    venue("install", "--node", "--root", str(root))
    settings = root / "etc/paddock/paddock.toml"
    settings.write_text("[server]\nport = 80\n")
    told = venue("install", "--node", "--root", str(root)).stdout
    assert settings.read_text() == "[server]\nport = 80\n"
    assert "keep      /etc/paddock/paddock.toml (yours)" in told


def test_a_dry_run_changes_nothing(root: Path, programs: Path) -> None:
    """It should show every file and command, and write none."""
    told = venue("install", *ALL, "--dry-run", "--root", str(root), path=programs).stdout
    assert files_of(root) == {}
    assert not (root / "etc/passwd").exists()
    assert "| ssid=Friday League" in told
    assert "Nothing was changed." in told


def test_secrets_are_roots_alone(root: Path) -> None:
    """It should write a passphrase where nobody but root reads it."""
    venue("install", "--hotspot", "Friday League", "--root", str(root))
    for name in (HOTSPOT, "etc/paddock/hotspot.env"):
        assert (root / name).stat().st_mode & 0o777 == 0o600


def test_uninstall_undoes_it(root: Path, programs: Path) -> None:
    """It should leave the settings and nothing else, and do it again without complaint."""
    venue("install", *ALL, "--root", str(root), path=programs)
    venue("uninstall", "--root", str(root))
    assert list(files_of(root)) == ["etc/paddock/paddock.toml"]
    assert not list((root / UNITS).rglob("*.service"))
    venue("uninstall", "--root", str(root))


def test_a_desktop_gives_way_to_the_board(root: Path, programs: Path) -> None:
    """It should keep the desktop from taking the screen, and give it back."""
    (root / UNITS).mkdir(parents=True)
    (root / UNITS / "display-manager.service").symlink_to("/lib/systemd/system/lightdm.service")
    for name in ("multi-user", "graphical"):
        target = root / f"usr/lib/systemd/system/{name}.target"
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text("[Unit]\nDescription=A target\n")
    venue("install", "--kiosk", "--root", str(root), path=programs)
    default = root / UNITS / "default.target"
    assert default.readlink().name == "multi-user.target"
    venue("uninstall", "--root", str(root))
    assert default.readlink().name == "graphical.target"


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--user", "root"), "doesn't run as root"),
        (("--user", "a b"), "can't be a user's name"),
        (("--hotspot", ""), "1 to 32 bytes"),
        (("--hotspot", "ä" * 17), "this has 34"),
        (("--data", "/mnt/my stick"), "can't be used"),
        (("--data", "relative"), "must be absolute"),
        (("--server", "http://x:8000"), "--node, --kiosk or --car"),
        (("--camera",), "add --node"),
        (("--car", "no spaces please"), "can't be a car's id"),
        (("--car", "red", "--node"), "that alone"),
        (("--car", "red", "--hotspot", "Red"), "that alone"),
    ],
)
def test_what_cant_be(root: Path, arguments: tuple[str, ...], words: str) -> None:
    """It should say in a sentence what can't be set up, before anything is written."""
    done = venue("install", *arguments, "--root", str(root), is_fine=False)
    assert words in " ".join(done.stderr.replace("│", " ").split())
    assert "Traceback" not in done.stderr
    assert files_of(root) == {}


def test_the_virtual_venue_is_still_there() -> None:
    """It should read the virtual venue's own options, and complain of them alone."""
    done = venue("--no-server", is_fine=False)
    assert "[venue] socket is missing" in done.stderr
    assert "Traceback" not in done.stderr


def test_the_virtual_venue_without_its_packages(tmp_path: Path) -> None:
    """It should say in one sentence what is missing and how to get it."""
    (tmp_path / "cv2.py").write_text('raise ModuleNotFoundError("no", name="cv2")\n')
    done = venue("--no-server", is_fine=False, modules=tmp_path)
    assert "(cv2): run pip install" in " ".join(done.stderr.split())
    assert "Traceback" not in done.stderr
