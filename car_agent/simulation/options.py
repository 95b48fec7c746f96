"""Options that ``paddock evaluate`` and ``paddock train`` share: the road's others, and the car."""

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
AsMeasured = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="A file of 'paddock camera match': the camera, ground and delays of a real car.",
    ),
]
