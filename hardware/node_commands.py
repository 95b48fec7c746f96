"""``paddock node resend``, ``test`` and ``camera``: what people do at a node besides timing."""

from pathlib import Path
from typing import Annotated

import typer

from hardware.camera_gate.errors import CameraPackagesError


def resend(
    ctx: typer.Context,
    first: Annotated[int, typer.Argument(min=1, help="Number of the first record.")],
    last: Annotated[int, typer.Argument(min=1, help="Number of the last record, included.")],
) -> None:
    """Send a part of this node's journal to the server once more.

    For a server that lost something, and for a second one. What a server has already changes
    nothing there. The node may run meanwhile.
    """
    from hardware.discovery import with_server  # noqa: PLC0415 - --help needs none of it
    from hardware.node.main import own_token  # noqa: PLC0415 - --help needs no gpiozero
    from hardware.node.main import resend as resend_now  # noqa: PLC0415 - likewise

    settings = ctx.obj()
    settings = with_server(settings, typer.echo, own_token(settings))
    resend_now(settings, first, last, typer.echo)


def try_wiring(
    ctx: typer.Context,
    loopback: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=511,
            help="Spare output pin (BCM) that is wired to a sensor's pin: measure that line.",
        ),
    ] = None,
    sensor: Annotated[
        str | None, typer.Option(help="GATE/SENSOR that --loopback measures; else the first one.")
    ] = None,
    pulses: Annotated[
        int, typer.Option(min=2, max=100_000, help="How many pulses --loopback sends.")
    ] = 200,
    patience_s: Annotated[
        float,
        typer.Option(
            min=0.1, max=600, help="How long to wait for each wave of a hand, and each press."
        ),
    ] = 20.0,
) -> None:
    """Check the wiring at the track: wave a hand, see the edges, hear what is wrong.

    Behind the sensors each lamp comes on for half a second by name, then the buzzer, and each
    button is to be pressed.

    Nothing is journaled or sent, and no server is needed; the node itself must not run. Ends with
    status 1 where anything has a fault.

    With --loopback PIN the line measures itself: unplug the sensor, wire that output pin through
    1 kΩ to the sensor's pin. The result is shown under Devices in race control.
    """
    from hardware.node.wiring.session import check_wiring, measure_line  # noqa: PLC0415 - likewise

    settings = ctx.obj()
    if loopback is not None:
        measure_line(settings, loopback, sensor, typer.echo, pulses)
        return
    if check_wiring(settings, typer.echo, patience_s):
        raise typer.Exit(1)


def camera(
    ctx: typer.Context,
    gate: Annotated[
        str | None, typer.Option(help="Gate whose camera it is, where there are several.")
    ] = None,
    source: Annotated[
        str | None, typer.Option(help="Camera instead of the set one: usb:0, file:VIDEO.mp4.")
    ] = None,
    look: Annotated[
        Path | None,
        typer.Option(help="Write one picture with the marks and the line drawn in, then end."),
    ] = None,
    line: Annotated[
        str | None,
        typer.Option(help="Set the line in the picture: X1,Y1,X2,Y2 in px, driver's left first."),
    ] = None,
) -> None:
    """Tell cars apart by the marks on their roofs, seen by a camera above the line.

    A process of its own beside the node, with the node's name, folder and token: it follows the
    passes in the node's journal, says which mark was where when the beam broke, and keeps the
    pictures around each pass. A camera that hangs or breaks costs identities, never a time.

    Start it without options, then say in race control under Devices where the line is. Without a
    server **--look picture.jpg** shows what is read and **--line** sets the line. Marks to cut out:
    **paddock node marks**. See docs/camera-gate.md.
    """
    from hardware.discovery import with_server  # noqa: PLC0415 - --help needs none of it

    try:
        from hardware.camera_gate.setting_up import run_command  # noqa: PLC0415 - needs OpenCV
        from hardware.node.main import own_token  # noqa: PLC0415 - likewise
    except ImportError as error:
        raise CameraPackagesError(error) from error

    settings = ctx.obj()
    if look is None and line is None:  # only who watches needs a server
        settings = with_server(settings, typer.echo, own_token(settings))
    run_command(settings, (gate, source), look, line, typer.echo)


def marks(
    file: Annotated[Path, typer.Argument(help="PDF to write.")],
    first: Annotated[int, typer.Option(min=0, max=586, help="Number of the first mark.")] = 0,
    count: Annotated[int, typer.Option(min=1, max=587, help="How many marks.")] = 8,
    side_mm: Annotated[
        float, typer.Option(min=20, max=140, help="Width of the black square in mm.")
    ] = 90.0,
    mark_set: Annotated[
        str, typer.Option("--set", help="Set of marks: apriltag_36h11, aruco_5x5_50, aruco_4x4_50.")
    ] = "apriltag_36h11",
) -> None:
    """Print marks for cars' roofs, to cut out along the grey lines.

    Print at 100 %, on matt paper: gloss blinds a camera. Stick each flat on the roof, all of them
    equally far behind the nose, and keep the white rim. Then say in race control, under Devices,
    which car wears which: 'mark-7' is the mark number 7.
    """
    try:
        from hardware.camera_gate.reading.paper import print_marks  # noqa: PLC0415 - needs OpenCV and fpdf2
    except ImportError as error:
        raise CameraPackagesError(error) from error

    print_marks(file, mark_set, first, count, side_mm)
    typer.echo(f"Written: {file}; print it at 100 % on matt paper.")
