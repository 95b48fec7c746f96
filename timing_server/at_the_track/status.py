"""How the parts of this machine are, in words."""

import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from timing_server.at_the_track import hotspot
from timing_server.at_the_track.car import CAR_PARTS
from timing_server.at_the_track.plan import PARTS, camera_unit, unit_name, unit_place
from timing_server.at_the_track.steps import Target
from timing_server.at_the_track.wishes import UNITS, Part

_WANTS = UNITS / "multi-user.target.wants"

#: Runs a command and returns what it printed, None where it can't be asked.
Ask = Callable[[tuple[str, ...]], str | None]

_PROPERTIES = "ActiveState,SubState,Result,UnitFileState,NRestarts,ActiveEnterTimestamp"
_STATES = {
    "active": "runs",
    "activating": "is starting",
    "deactivating": "is stopping",
    "reloading": "is reloading",
    "inactive": "is stopped",
    "failed": "has failed",
}
_RESULTS = {
    "watchdog": "it had wedged, and the watchdog ended it",
    "timeout": "it took too long",
    "exit-code": "it ended with an error",
    "signal": "it was killed",
    "oom-kill": "the machine had no memory left",
    "resources": "the machine lacked something",
}


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the table."""

    name: str
    state: str
    at_boot: str
    note: str


def ask_machine(argv: tuple[str, ...]) -> str | None:
    """Run a command that only reads."""
    try:
        done = subprocess.run(  # noqa: S603 - the installer's own commands
            argv, capture_output=True, text=True, timeout=20, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout if done.returncode == 0 else None


def parts_there(target: Target) -> tuple[Part, ...]:
    """Return which parts are installed."""
    return tuple(part for part in PARTS if target.text(unit_place(part)) is not None)


def cameras_there(target: Target) -> tuple[str, ...]:
    """Return the gates whose camera starts at boot."""
    before, after = camera_unit("|").split("|")
    return tuple(
        sorted(
            path.name.removeprefix(before).removesuffix(after)
            for path in target.path(_WANTS).glob(camera_unit("*"))
        )
    )


def status_rows(target: Target, ask: Ask = ask_machine) -> list[Row]:
    """Return a line for each part of a venue's machine or a car's, and one for the hotspot."""
    there = parts_there(target)
    is_car = bool(set(CAR_PARTS) & set(there))
    shown = [part for part in PARTS if part in there or (part in CAR_PARTS) is is_car]
    rows = [
        row
        for part in shown
        for row in (
            _camera_rows(target, ask)
            if part == "camera" and part in there
            else [_part_row(part, part in there, target, ask)]
        )
    ]
    return [*rows, _hotspot_row(target, ask)]


def table(rows: list[Row]) -> str:
    """Return the rows as aligned text."""
    cells = [(each.name, each.state, each.at_boot, each.note) for each in rows]
    lines = [("part", "state", "at boot", ""), *cells]
    widths = [max(len(line[at]) for line in lines) for at in range(3)]
    shown = (
        "  ".join(
            (*(cell.ljust(width) for cell, width in zip(line, widths, strict=False)), line[3])
        )
        for line in lines
    )
    return "\n".join(line.rstrip() for line in shown)


def _camera_rows(target: Target, ask: Ask) -> list[Row]:
    return [
        _unit_row(f"camera {gate}", camera_unit(gate), target, ask)
        for gate in cameras_there(target)
    ] or [Row("camera", "doesn't start", "-", "install again with --camera")]


def _part_row(part: Part, is_there: bool, target: Target, ask: Ask) -> Row:
    if not is_there:
        return Row(part, "isn't installed", "-", "")
    return _unit_row(part, unit_name(part), target, ask)


def _unit_row(name: str, unit: str, target: Target, ask: Ask) -> Row:
    if target.root is not None:
        is_wanted = target.path(_WANTS / unit).is_symlink()
        return Row(name, "is in the folder", "starts" if is_wanted else "doesn't start", "")
    told = ask(("systemctl", "show", unit, f"--property={_PROPERTIES}"))
    if not told:
        return Row(name, "is installed", "?", "systemd doesn't answer here")
    lines = dict(line.split("=", 1) for line in told.splitlines() if "=" in line)
    return _told_row(name, unit, lines)


def _told_row(name: str, unit: str, told: Mapping[str, str]) -> Row:
    active = told.get("ActiveState", "")
    state = _STATES.get(active, active)
    if active == "activating" and told.get("SubState") == "auto-restart":
        state = "comes back in a moment"
    result = told.get("Result", "success")
    notes = []
    if active == "active" and told.get("ActiveEnterTimestamp"):
        notes.append(f"since {told['ActiveEnterTimestamp']}")
    if int(told.get("NRestarts") or 0) > 0:
        notes.append(f"restarted {told['NRestarts']} times")
    if result != "success":
        notes.append(f"{_RESULTS.get(result, result)}: journalctl -u {unit}")
    at_boot = "starts" if told.get("UnitFileState") == "enabled" else "doesn't start"
    return Row(name, state, at_boot, ", ".join(notes))


def _hotspot_row(target: Target, ask: Ask) -> Row:
    try:
        is_there = target.path(hotspot.KEYFILE).exists()
    except PermissionError:
        return Row("hotspot", "?", "?", "only root may look: use sudo")
    if not is_there:
        return Row("hotspot", "isn't installed", "-", "")
    if target.root is not None:
        return Row("hotspot", "is in the folder", "starts", "")
    told = ask(("nmcli", "-t", "-f", "NAME", "connection", "show", "--active"))
    if told is None:
        return Row("hotspot", "is installed", "starts", "NetworkManager doesn't answer here")
    is_up = hotspot.CONNECTION in told.splitlines()
    note = "" if is_up else "is the Wi-Fi country set? sudo raspi-config"
    return Row("hotspot", "is up" if is_up else "is down", "starts", note)
