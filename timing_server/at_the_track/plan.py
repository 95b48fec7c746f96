"""The steps that set a machine up, and those that undo it: no effect, only what is to be done."""

from collections.abc import Iterator
from importlib import resources
from pathlib import PurePosixPath as Place

from timing_server.at_the_track import hotspot
from timing_server.at_the_track.car import CAR_PARTS, car_settings
from timing_server.at_the_track.steps import RemoveFile, Run, Step, WriteFile
from timing_server.at_the_track.wishes import (
    CONFIG,
    DEFAULT_DATA,
    HOTSPOT_ENV,
    KIOSK_USER,
    UNITS,
    Part,
    Wishes,
)

VENUE_PARTS: tuple[Part, ...] = ("server", "node", "camera", "kiosk")
PARTS = VENUE_PARTS + CAR_PARTS
SYSUSERS = Place("/etc/sysusers.d/paddock.conf")
POLKIT = Place("/etc/polkit-1/rules.d/60-paddock.rules")
JOURNALD = Place("/etc/systemd/journald.conf.d/paddock.conf")

#: What the server's user may ask of logind, also while somebody (the kiosk) is logged in.
_POWER_ACTIONS = tuple(
    f"org.freedesktop.login1.{verb}{others}"
    for verb in ("power-off", "reboot")
    for others in ("", "-multiple-sessions")
)
#: A camera lives in the folder of the node whose journal it follows, a car's parts in one.
_FOLDERS: dict[Part, str] = {"camera": "node", "guard": "car", "console": "car"}
#: Groups of the devices that a part opens, made where the system has none: its unit wants them.
_GROUPS: dict[Part, tuple[str, ...]] = {
    "node": ("gpio",),
    "camera": ("video",),
    "car": ("gpio", "i2c", "video"),
}
_CAMERAS = """\
# One line per camera above a gate's line (docs/camera-gate.md); for another one install again.
cameras = [
  { gate = "finish", source = "usb:0", line_mm = 1000, lead_mm = 100 },
]
"""
_BY = "Written by 'paddock venue install'; the next install writes it anew."


def unit_name(part: Part) -> str:
    """Return the systemd unit of a part; that of cameras is a template."""
    return camera_unit("") if part == "camera" else f"paddock-{part}.service"


def camera_unit(gate: str) -> str:
    """Return the systemd unit of the camera over a gate's line."""
    return f"paddock-camera@{gate}.service"


def started_units(parts: tuple[Part, ...], cameras: tuple[str, ...]) -> tuple[str, ...]:
    """Return the units that are started: of cameras one for each gate."""
    return tuple(
        unit
        for part in parts
        for unit in (map(camera_unit, cameras) if part == "camera" else (unit_name(part),))
    )


def unit_place(part: Part) -> Place:
    """Return where the unit of a part lies."""
    return UNITS / unit_name(part)


def install_steps(wishes: Wishes) -> Iterator[Step]:
    """Yield what sets the machine up; each step can be done again and changes nothing then."""
    yield from _people(wishes)
    yield from _settings(wishes)
    yield WriteFile(JOURNALD, _journald())
    yield WriteFile(hotspot.POWER_SAVE_OFF, hotspot.power_save_off())
    if "server" in wishes.parts:
        yield WriteFile(POLKIT, _polkit(wishes.user))
    for part in wishes.parts:
        yield WriteFile(unit_place(part), unit_text(part, wishes))
    units = started_units(wishes.parts, wishes.cameras)
    old_units = tuple(map(camera_unit, wishes.old_cameras))
    yield Run("read the units", ("systemctl", "daemon-reload"))
    yield Run("the journal's new limits", ("systemctl", "restart", "systemd-journald"))
    if "kiosk" in wishes.parts and wishes.has_desktop:
        why = "the board takes the screen instead of the desktop"
        yield Run(why, ("systemctl", "set-default", "multi-user.target"), is_offline=True)
    if old_units:
        yield Run("no settings have these cameras any more", ("systemctl", "stop", *old_units))
        why = "no start at boot"
        yield Run(why, ("systemctl", "disable", *old_units), is_offline=True)
    yield Run("start at boot", ("systemctl", "enable", *units), is_offline=True)
    if wishes.hotspot is not None:
        reload = ("nmcli", "connection", "reload")
        yield Run("read the hotspot and the power-save setting", reload)
        yield Run("the hotspot, now", ("nmcli", "connection", "up", hotspot.CONNECTION))
    # Not waited for: a node that isn't paired yet comes up once it is.
    yield Run("start now", ("systemctl", "restart", "--no-block", *units))


def uninstall_steps(
    parts_there: tuple[Part, ...], cameras: tuple[str, ...], *, had_desktop: bool
) -> Iterator[Step]:
    """Yield what undoes an installation; data, settings and users stay."""
    units = started_units(parts_there, cameras)
    if units:
        yield Run("stop", ("systemctl", "stop", *units))
        yield Run("no start at boot", ("systemctl", "disable", *units), is_offline=True)
    if had_desktop and "kiosk" in parts_there:
        desktop = ("systemctl", "set-default", "graphical.target")
        yield Run("the desktop comes back at the next start", desktop, is_offline=True)
    down = ("nmcli", "connection", "delete", hotspot.CONNECTION)
    yield Run("the hotspot, if there is one", down, may_fail=True)
    for place in (*map(unit_place, PARTS), POLKIT, JOURNALD, SYSUSERS):
        yield RemoveFile(place)
    for place in (hotspot.KEYFILE, hotspot.POWER_SAVE_OFF, HOTSPOT_ENV):
        yield RemoveFile(place)
    yield Run("forget the units", ("systemctl", "daemon-reload"))


def unit_text(part: Part, wishes: Wishes) -> str:
    """Return a part's unit, filled in."""
    units = resources.files("timing_server.at_the_track.units")
    text = (units / unit_name(part)).read_text(encoding="utf-8")
    is_default = wishes.data == DEFAULT_DATA
    folder = _FOLDERS.get(part, part)
    below = f"{DEFAULT_DATA.name} {DEFAULT_DATA.name}/{folder}"
    if folder == "car":
        below += f" {DEFAULT_DATA.name}/models"
    values = {
        "PADDOCK": wishes.programs.paddock,
        "CAGE": wishes.programs.cage,
        "CHROMIUM": wishes.programs.chromium,
        "USER": wishes.user,
        "KIOSK_USER": KIOSK_USER,
        "PART": part,
        "DATA": str(wishes.data),
        "CONFIG": str(CONFIG),
        "HOTSPOT_ENV": str(HOTSPOT_ENV),
        "BOARD_URL": f"{wishes.server_url}/",
        "STATE_DIRECTORY": f"StateDirectory={below}"
        if is_default
        else f"ReadWritePaths={wishes.data}",
    }
    for name, value in values.items():
        text = text.replace(f"@{name}@", value)
    return text


def _people(wishes: Wishes) -> Iterator[Step]:
    lines = [f"# {_BY}", "#Type Name ID GECOS Home"]
    if wishes.makes_user and {"server", "node", "car"} & set(wishes.parts):
        lines.append(f'u {wishes.user} - "Paddock timing" {DEFAULT_DATA}')
    groups = {group for part in wishes.parts for group in _GROUPS.get(part, ())}
    lines += [f"g {group} -" for group in sorted(groups)]
    if "kiosk" in wishes.parts:
        lines.append(f'u {KIOSK_USER} - "Paddock board" /var/lib/{KIOSK_USER}')
    if len(lines) > 2:
        yield WriteFile(SYSUSERS, "\n".join(lines) + "\n")
        yield Run("make the users", ("systemd-sysusers", SYSUSERS.name), is_offline=True)
    if wishes.data != DEFAULT_DATA:
        for part in ("server", "node", "car"):
            if part in wishes.parts:
                owned = ("install", "-d", "-o", wishes.user, "-m", "0750")
                folders = [wishes.data, wishes.data / part]
                if part == "car":
                    folders.append(wishes.data / "models")
                yield Run("the data folder", (*owned, *map(str, folders)))


def _settings(wishes: Wishes) -> Iterator[Step]:
    text = _config(wishes) if wishes.car_id is None else car_settings(wishes)
    yield WriteFile(CONFIG, text, is_theirs=True)
    if wishes.hotspot is not None:
        yield WriteFile(hotspot.KEYFILE, hotspot.keyfile(wishes.hotspot), mode=0o600)
        yield WriteFile(HOTSPOT_ENV, hotspot.environment(wishes.hotspot), mode=0o600)


def _config(wishes: Wishes) -> str:
    cameras = _CAMERAS if "camera" in wishes.parts else ""
    return f"""\
# Paddock's settings on this machine: docs/reference/settings.md has all of them. Yours to edit:
# 'paddock venue install' leaves this file as it is. Then: sudo systemctl restart 'paddock-*'
[server]
port = 8000

[node]
server_url = "{wishes.server_url}"
name = "node-finish"
# One line per sensor (docs/wiring.md):
gates = [
  {{ gate = "finish", sensor = "beam", pin = 17, profile = "beam_break" }},
]
{cameras}"""


def _polkit(user: str) -> str:
    actions = ",\n  ".join(f'"{each}"' for each in _POWER_ACTIONS)
    return f"""\
// {_BY}
// Race control may switch this machine off and start it again: these actions, this user, no more.
var PADDOCK_ACTIONS = [
  {actions},
];
polkit.addRule(function (action, subject) {{
  if (subject.user === "{user}" && PADDOCK_ACTIONS.indexOf(action.id) >= 0) {{
    return polkit.Result.YES;
  }}
}});
"""


def _journald() -> str:
    return f"""\
# {_BY}
# On disk, so that what went before a power cut can be read, and never more than an SD card bears.
[Journal]
Storage=persistent
SystemMaxUse=200M
SyncIntervalSec=30s
"""
