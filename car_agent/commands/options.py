"""Options that several commands take: who the car is, and how it shows that."""

from pathlib import Path
from typing import Annotated

import typer

CarId = Annotated[
    str | None, typer.Option("--car-id", help="The car's id, as the organiser entered it.")
]
TokenFile = Annotated[
    Path | None, typer.Option("--token-file", help="File that holds this car's token.")
]
Pair = Annotated[
    bool,
    typer.Option("--pair", help="Show a code for the organiser to type; keep the token so won."),
]
