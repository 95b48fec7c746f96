"""What a machine must have before it is set up."""

import pwd
from pathlib import Path
from pathlib import PurePosixPath as Place

import pytest

from timing_server.at_the_track import machine as subject
from timing_server.at_the_track.errors import UnfitMachineError
from timing_server.at_the_track.steps import Target
from timing_server.at_the_track.wishes import HotspotWish, Programs, Wishes

HERE = Target()


def test_without_systemd(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should say how to look at it all the same."""
    monkeypatch.setattr(subject, "BOOTED_BY_SYSTEMD", tmp_path / "nowhere")
    with pytest.raises(UnfitMachineError, match="--dry-run"):
        subject.check_platform(HERE)
    subject.check_platform(Target(is_dry=True))
    subject.check_platform(Target(root=tmp_path))


def test_without_being_root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should ask for sudo."""
    monkeypatch.setattr(subject, "BOOTED_BY_SYSTEMD", tmp_path)
    monkeypatch.setattr("os.geteuid", lambda: 1000)
    with pytest.raises(UnfitMachineError, match="sudo"):
        subject.check_platform(HERE)


def test_elsewhere_than_linux(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should not pretend."""
    monkeypatch.setattr("sys.platform", "darwin")
    with pytest.raises(UnfitMachineError, match="only Linux"):
        subject.check_platform(Target(is_dry=True))


def test_a_hotspot_without_network_manager(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should say which package is missing."""
    monkeypatch.setenv("PATH", str(tmp_path))
    wishes = Wishes(("server",), Programs("/bin/true"), hotspot=HotspotWish("x", "12345678"))
    with pytest.raises(UnfitMachineError, match="network-manager"):
        subject.check_for(wishes, HERE)


def test_a_kiosk_without_its_programs(tmp_path: Path) -> None:
    """It should name the packages."""
    programs = Programs("/bin/true", str(tmp_path / "cage"), str(tmp_path / "chromium"))
    with pytest.raises(UnfitMachineError, match="sudo apt install cage chromium"):
        subject.check_for(Wishes(("kiosk",), programs), HERE)


def test_a_user_who_isnt_there() -> None:
    """It should say so before a unit fails of it."""
    wishes = Wishes(("server",), Programs("/bin/true"), user="nobody-of-that-name")
    with pytest.raises(UnfitMachineError, match="no user 'nobody-of-that-name'"):
        subject.check_for(wishes, HERE)


def test_a_program_in_a_closed_home(tmp_path: Path) -> None:
    """It should say where Paddock belongs, since the service's user can't enter a home folder."""
    home = tmp_path / "home"
    home.mkdir(mode=0o700)
    (home / "paddock").touch(mode=0o755)
    wishes = Wishes(("server",), Programs(str(home / "paddock")))
    with pytest.raises(UnfitMachineError, match="/opt/paddock"):
        subject.check_for(wishes, HERE)


def test_a_fit_machine() -> None:
    """It should have nothing to say."""
    user = pwd.getpwuid(65534).pw_name
    subject.check_for(Wishes(("server",), Programs("/bin/true"), user=user, data=Place("/x")), HERE)
