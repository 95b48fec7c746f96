"""What there is on this machine, and whether it is fit for what is wanted."""

import importlib.util
import os
import pwd
import shutil
import sys
import tomllib
from pathlib import Path, PurePosixPath

from pydantic import TypeAdapter, ValidationError

from timing_server.at_the_track.errors import UnfitMachineError
from timing_server.at_the_track.steps import Target
from timing_server.at_the_track.wishes import (
    CONFIG,
    DEFAULT_CAGE,
    DEFAULT_CHROMIUM,
    Programs,
    Wishes,
)
from timing_server.contract.base import Slug

#: Where a machine that was started by systemd says so (sd_booted(3)).
BOOTED_BY_SYSTEMD = Path("/run/systemd/system")
_DISPLAY_MANAGER = PurePosixPath("/etc/systemd/system/display-manager.service")
_GATES = TypeAdapter(tuple[Slug, ...])
_CHROMIUMS = ("chromium", "chromium-browser")


def find_programs() -> Programs:
    """Return the programs that units start: this very ``paddock``, and the kiosk's where found."""
    beside = Path(sys.executable).with_name("paddock")
    paddock = str(beside) if beside.exists() else shutil.which("paddock") or str(beside)
    chromium = next(filter(None, map(shutil.which, _CHROMIUMS)), DEFAULT_CHROMIUM)
    return Programs(paddock, shutil.which("cage") or DEFAULT_CAGE, chromium)


def has_desktop(target: Target) -> bool:
    """Whether a desktop takes the screen at boot."""
    path = target.path(_DISPLAY_MANAGER)
    return path.is_symlink() or path.exists()


def configured_cameras(target: Target) -> tuple[str, ...]:
    """Return the gates whose camera the settings name; where they name none, 'finish'.

    Raises UnfitMachineError where the settings can't be read.
    """
    try:
        node = tomllib.loads(target.text(CONFIG) or "").get("node", {})
        gates = _GATES.validate_python(
            tuple(each.get("gate", "finish") for each in node.get("cameras", ()))
        )
    except (tomllib.TOMLDecodeError, ValidationError, AttributeError, TypeError) as error:
        raise UnfitMachineError(
            f"The cameras in {target.path(CONFIG)} can't be read; see docs/camera-gate.md."
        ) from error
    return tuple(dict.fromkeys(gates)) or ("finish",)


def check_platform(target: Target) -> None:
    """Raise UnfitMachineError where services can't be set up at all, or not by this user."""
    if not sys.platform.startswith("linux"):
        raise UnfitMachineError("This sets up systemd's services, which only Linux has.")
    if target.root is not None or target.is_dry:
        return
    if not BOOTED_BY_SYSTEMD.is_dir():
        raise UnfitMachineError(
            "This machine wasn't started by systemd: --dry-run shows what would be done, and "
            "--root DIR writes it into a folder."
        )
    if os.geteuid() != 0:
        raise UnfitMachineError("This changes the machine: run it with sudo, or try --dry-run.")


def check_for(wishes: Wishes, target: Target) -> None:
    """Raise UnfitMachineError where the machine lacks what the wanted parts need."""
    if target.root is not None or target.is_dry:
        return
    if wishes.hotspot is not None and shutil.which("nmcli") is None:
        raise UnfitMachineError(
            "The hotspot needs NetworkManager, which isn't here (no nmcli): Raspberry Pi OS has "
            "it from Bookworm on; else 'sudo apt install network-manager'."
        )
    if "kiosk" in wishes.parts:
        programs = {"cage": wishes.programs.cage, "chromium": wishes.programs.chromium}
        missing = [name for name, path in programs.items() if not Path(path).exists()]
        if missing:
            raise UnfitMachineError(
                f"The kiosk needs {' and '.join(missing)}: sudo apt install {' '.join(missing)}"
                "; then run this again."
            )
    if "camera" in wishes.parts and importlib.util.find_spec("cv2") is None:
        raise UnfitMachineError(
            "The camera needs packages that are not installed here: run pip install "
            "-c constraints.txt -e '.[camera]' in Paddock's folder; then run this again."
        )
    if "car" in wishes.parts and not all(map(importlib.util.find_spec, ("onnxruntime", "uvicorn"))):
        raise UnfitMachineError(
            "The car needs packages that are not installed here: run pip install "
            "-c constraints.txt -e '.[console]' in Paddock's folder; then run this again."
        )
    if not wishes.makes_user:
        _check_user(wishes.user)
    _check_readable(Path(wishes.programs.paddock))


def _check_user(name: str) -> None:
    try:
        pwd.getpwnam(name)
    except KeyError as error:
        message = f"There is no user '{name}' here; leave --user away, and one is made."
        raise UnfitMachineError(message) from error


def _check_readable(paddock: Path) -> None:
    """A service's user must get at the program: a home folder mostly keeps it out."""
    if not paddock.exists():
        raise UnfitMachineError(f"There is no {paddock}: install Paddock first (make setup).")
    for folder in (*paddock.parents, *paddock.resolve().parents):
        if not folder.stat().st_mode & 0o001:
            raise UnfitMachineError(
                f"The service's user can't enter {folder}: put Paddock into /opt/paddock and run "
                f"'make setup' there, or let others in with 'chmod o+x {folder}'."
            )
