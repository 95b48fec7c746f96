"""How the car's black box keeps what was driven: table [car.record] of paddock.toml."""

from pathlib import Path
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field


class RecordSettings(BaseModel):
    """Whether and where records are kept, and how much room they may take.

    ``folder``: by default in Paddock's data folder. ``limit_mb``: of all records together; beyond
    it the oldest go, those that race control has first. ``heat_limit_mb``: of one heat; beyond it
    pictures are left out. ``free_mb``: with less room than that on the disk nothing is recorded.
    Pictures are made at most ``width_px`` wide, and kept as JPEG of that ``quality``.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    is_on: bool = True
    folder: Path | None = None
    limit_mb: Annotated[int, Field(ge=1, le=1_000_000)] = 2_000
    heat_limit_mb: Annotated[int, Field(ge=1, le=10_000)] = 250
    free_mb: Annotated[int, Field(ge=0, le=1_000_000)] = 500
    width_px: Annotated[int, Field(ge=32, le=4096)] = 320
    quality: Annotated[int, Field(ge=10, le=100)] = 75
