"""Options that several commands share: what else is on the road, the car, the reward's trust."""

from pathlib import Path
from typing import Annotated

import typer

Objects = Annotated[
    int,
    typer.Option(min=0, max=100, help="Boxes that stand on the road, on the left or right lane."),
]
Bots = Annotated[
    int, typer.Option(min=0, max=100, help="Cars that drive slowly along a lane, 0.2 m/s.")
]
BotsChangeLanes = Annotated[
    bool, typer.Option("--bots-change-lanes", help="Bots change lanes every three to five seconds.")
]
BesidePlain = Annotated[
    bool,
    typer.Option(
        "--beside-plain",
        help="With --stress and --as-measured: the card as drawn, too, and what changed.",
    ),
]
AsMeasured = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A file of 'paddock camera match': the camera, ground and delays of a real car.",
    ),
]
TrustReward = Annotated[
    bool,
    typer.Option(
        "--trust-reward",
        help="Run the reward file without a sandbox: for a file of your own only, it could read "
        "what you can.",
    ),
]
