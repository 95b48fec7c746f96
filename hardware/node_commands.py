"""``paddock node resend`` and ``paddock node test``: what people do at a node besides timing."""

from typing import Annotated

import typer


def resend(
    ctx: typer.Context,
    first: Annotated[int, typer.Argument(min=1, help="Number of the first record.")],
    last: Annotated[int, typer.Argument(min=1, help="Number of the last record, included.")],
) -> None:
    """Send a part of this node's journal to the server once more.

    For a server that lost something, and for a second one. What a server has already changes
    nothing there. The node may run meanwhile.
    """
    from hardware.node.main import resend as resend_now  # noqa: PLC0415 - --help needs no gpiozero

    resend_now(ctx.obj(), first, last, typer.echo)


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
        float, typer.Option(min=0.1, max=600, help="How long to wait for each wave of a hand.")
    ] = 20.0,
) -> None:
    """Check the wiring at the track: wave a hand, see the edges, hear what is wrong.

    Nothing is journaled or sent, and no server is needed; the node itself must not run. Ends with
    status 1 where a sensor has a fault.

    With --loopback PIN the line measures itself: unplug the sensor, wire that output pin through
    1 kΩ to the sensor's pin. The result is shown under Devices in race control.
    """
    from hardware.node.wiring.session import check_wiring, measure_line  # noqa: PLC0415 - likewise

    # A setting that every node needs, and that a test of its wires doesn't.
    settings = ctx.obj(server_url=ctx.obj.keywords["server_url"] or "http://127.0.0.1")
    if loopback is not None:
        measure_line(settings, loopback, sensor, typer.echo, pulses)
        return
    if check_wiring(settings, typer.echo, patience_s):
        raise typer.Exit(1)
