"""Models on the server: what drivers bring, what their trial found, which entry drives which."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Sha256
from timing_server.contract.race.events import CommandOutcome

#: A DeepRacer archive with its checkpoints is about 100 MB.
MAX_UPLOAD_BYTES = 256 * 1024 * 1024
#: A card, or DeepRacer's model_metadata.json.
MAX_PAPERS_BYTES = 100_000

Note = Annotated[str, Field(max_length=500)]


class ModelAbout(Message):
    """What a model's trial found. ``actions_n`` where it chooses among actions, else None.

    ``worst_error`` is how far its answers are from those of the file that was brought, as a share
    of the largest; None where both are the same file or couldn't be compared. ``archive_bytes`` is
    the size of the archive that was brought where a stock DeepRacer can drive with it; the server
    keeps it under ``source_sha256``.
    """

    source_name: Annotated[str, Field(max_length=255)]
    source_sha256: Sha256
    kind: Literal["onnx", "frozen"] = "onnx"
    network: Annotated[str, Field(max_length=200)] = ""
    width_px: int
    height_px: int
    channels: Annotated[str, Field(max_length=20)]
    answers: Annotated[str, Field(max_length=40)]
    actions_n: int | None = None
    worst_error: float | None = None
    notes: Annotated[tuple[Note, ...], Field(max_length=20)] = ()
    archive_bytes: int | None = None


class ModelView(Message):
    """``GET /models``: a model that may drive. ``driver_id`` null is the venue's own.

    ``is_here`` is false where its file is missing, after a backup was put back, say.
    """

    sha256: str
    driver_id: str | None
    driver_name: str | None
    name: str
    size_bytes: int
    made_utc: str
    is_here: bool
    about: ModelAbout


class ModelDesk(Message):
    """``GET /models/desk``: whether this server can take models; ``reason`` says why not."""

    is_open: bool
    reason: str | None = None
    max_bytes: int = MAX_UPLOAD_BYTES


class ModelBinding(Message):
    """``PUT …/entries/{entry_id}/model``: what the entry drives with; null: whatever is loaded."""

    model_sha256: Sha256 | None


class ModelBound(CommandOutcome):
    """The entry that was bound."""

    entry_id: str
