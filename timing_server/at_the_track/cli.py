"""``paddock venue install``, ``uninstall`` and ``status``: this machine as the event's own."""

from pathlib import Path, PurePosixPath
from typing import Annotated, Literal

import typer

from timing_server.at_the_track import hotspot
from timing_server.at_the_track.car import (
    CAR_PARTS,
    SERVER_OF_CARS,
    car_closing_words,
    check_car_settings,
)
from timing_server.at_the_track.machine import (
    check_for,
    check_platform,
    configured_cameras,
    find_programs,
    has_desktop,
)
from timing_server.at_the_track.plan import install_steps, uninstall_steps
from timing_server.at_the_track.status import cameras_there, parts_there, status_rows, table
from timing_server.at_the_track.steps import Target, carry_out
from timing_server.at_the_track.wishes import (
    CONFIG,
    DEFAULT_DATA,
    DEFAULT_USER,
    KIOSK_USER,
    SERVER_HERE,
    HotspotWish,
    Part,
    Wishes,
)

_Root = Annotated[
    Path | None,
    typer.Option(
        exists=True, file_okay=False, help="Work on the image in this folder, not on this machine."
    ),
]
_Dry = Annotated[bool, typer.Option("--dry-run", help="Show every step and change nothing.")]

_EPILOG = (
    "Example: sudo /opt/paddock/.venv/bin/paddock venue install --node --kiosk "
    '--hotspot "Friday League"; on a car: … venue install --car red'
)


def install(
    node: Annotated[
        bool, typer.Option("--node", help="The timing node too: lap sensors are on this machine.")
    ] = False,
    camera: Annotated[
        bool,
        typer.Option(
            "--camera",
            help="A process for each camera that the settings name (else one over 'finish').",
        ),
    ] = False,
    kiosk: Annotated[
        bool, typer.Option("--kiosk", help="The board too, full screen on this machine's monitor.")
    ] = False,
    car: Annotated[
        str | None,
        typer.Option(
            metavar="ID",
            help="This is the computer of the car with that id: its guard, its agent and its own "
            "page, nothing else.",
        ),
    ] = None,
    server: Annotated[
        str | None,
        typer.Option(
            help="Address of the server on another machine: node, kiosk and car use that, and "
            f"this machine gets none. A car's is {SERVER_OF_CARS} unless named.",
        ),
    ] = None,
    hotspot_name: Annotated[
        str | None,
        typer.Option("--hotspot", metavar="SSID", help="A Wi-Fi network of that name, made here."),
    ] = None,
    band: Annotated[
        Literal["2.4", "5"],
        typer.Option(help="The hotspot's band in GHz: 2.4 reaches farther, 5 is less crowded."),
    ] = "2.4",
    security: Annotated[
        Literal["wpa2", "wpa3"],
        typer.Option(help="The hotspot's security; built-in Wi-Fi of a Raspberry Pi does wpa2."),
    ] = "wpa2",
    interface: Annotated[str, typer.Option(help="The hotspot's network interface.")] = "wlan0",
    user: Annotated[
        str, typer.Option(help="User that server and node run as; 'paddock' is made.")
    ] = DEFAULT_USER,
    data: Annotated[
        Path, typer.Option(help="Folder of everything raced and of the node's journal.")
    ] = Path(DEFAULT_DATA),
    dry_run: _Dry = False,
    root: _Root = None,
) -> None:
    """Make this machine the event's own: everything starts at boot and comes back by itself.

    It writes systemd units for the server and for what else is asked for, starts them, and tells
    each step and how to undo it. A service that fails or wedges is started again; after a power
    cut the race goes on where it was. Run it again at any time: what is as it should be stays.

    Made for Raspberry Pi OS (Bookworm or later); docs/at-the-track.md goes through it.
    """
    target = Target(root, dry_run)
    check_platform(target)
    parts: tuple[Part, ...] = (
        *(("server",) if server is None else ()),
        *(("node",) if node else ()),
        *(("camera",) if camera else ()),
        *(("kiosk",) if kiosk else ()),
    )
    if car is not None:
        if node or camera or kiosk or hotspot_name is not None:
            raise typer.BadParameter("--car is the computer of a car, and that alone.")
        parts, server = CAR_PARTS, server or SERVER_OF_CARS
    if not parts:
        raise typer.BadParameter(
            "with --server there must be --node, --kiosk or --car: else it is nothing."
        )
    if camera and not node:
        raise typer.BadParameter("--camera follows the node on this machine: add --node.")
    cameras = configured_cameras(target) if camera else ()
    wishes = Wishes(
        parts=parts,
        programs=find_programs(),
        user=user,
        data=PurePosixPath(data),
        server_url=(server or SERVER_HERE).rstrip("/"),
        hotspot=_hotspot_wish(hotspot_name, target, band, security, interface),
        has_desktop=has_desktop(target),
        cameras=cameras,
        old_cameras=tuple(set(cameras_there(target)) - set(cameras)) if camera else (),
        car_id=car,
    )
    check_for(wishes, target)
    check_car_settings(wishes, target)
    typer.echo(f"Setting up {', '.join(parts)}{' (only shown)' if dry_run else ''}:")
    carry_out(tuple(install_steps(wishes)), target, typer.echo)
    typer.echo(_closing_words(wishes, target))


def uninstall(dry_run: _Dry = False, root: _Root = None) -> None:
    """Undo 'paddock venue install': nothing starts at boot any more. Data and settings stay."""
    target = Target(root, dry_run)
    check_platform(target)
    there = parts_there(target)
    typer.echo(f"Removing {', '.join(there) or 'what is left'}:")
    steps = uninstall_steps(there, cameras_there(target), had_desktop=has_desktop(target))
    carry_out(steps, target, typer.echo)
    typer.echo(
        f"Kept: the data ({DEFAULT_DATA}, unless --data named another folder) and the settings "
        f"({CONFIG}).\nTo remove the users as well: sudo userdel {DEFAULT_USER}; "
        f"sudo userdel {KIOSK_USER}"
    )


def status(root: _Root = None) -> None:
    """Show how each part of this machine is: runs, has failed, comes back, isn't installed."""
    typer.echo(table(status_rows(Target(root))))


def add_commands(app: typer.Typer) -> None:
    """Add the three commands to ``paddock venue``."""
    app.command(epilog=_EPILOG)(install)
    app.command()(uninstall)
    app.command()(status)


def _hotspot_wish(
    ssid: str | None,
    target: Target,
    band: Literal["2.4", "5"],
    security: Literal["wpa2", "wpa3"],
    interface: str,
) -> HotspotWish | None:
    """Return the wished hotspot; its passphrase stays what it was, else phones would be lost."""
    if ssid is None:
        return None
    try:
        before = target.text(hotspot.KEYFILE)
    except PermissionError:  # a dry run by somebody who isn't root
        before = None
    passphrase = (before and hotspot.passphrase_of(before)) or hotspot.new_passphrase()
    return HotspotWish(ssid, passphrase, interface, band, security)


def _closing_words(wishes: Wishes, target: Target) -> str:
    lines = [""]
    if target.is_dry:
        return "\nNothing was changed."
    if wishes.hotspot is not None:
        lines += [
            f"Hotspot     {wishes.hotspot.ssid}",
            f"Passphrase  {wishes.hotspot.passphrase}",
            f"Board       http://{hotspot.ADDRESS}:8000/ for phones on it",
        ]
    if "server" in wishes.parts:
        lines.append("First sign-in: sudo journalctl -u paddock-server shows the setup code.")
    if "node" in wishes.parts:
        node = f"{wishes.programs.paddock} node --data {wishes.data}/node --pair"
        lines.append(
            "Pair the node once: sudo systemctl stop paddock-node; "
            f"sudo -u {wishes.user} PADDOCK_CONFIG={CONFIG} {node}"
            "; Ctrl-C once it runs; sudo systemctl start paddock-node"
        )
    if "car" in wishes.parts:
        lines += car_closing_words(wishes)
    if "camera" in wishes.parts:
        lines.append("Camera's line: race control, Devices, 'Set the line'.")
    lines += [
        f"Settings    {CONFIG}",
        "How it is   paddock venue status",
        "Undo all    sudo paddock venue uninstall",
    ]
    return "\n".join(lines)
