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
