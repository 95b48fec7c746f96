"""Models on the server: what drivers bring, what their trial found, which entry drives which."""

from typing import Annotated, Literal

from pydantic import Field

from timing_server.contract.base import Message, Sha256
from timing_server.contract.machines.evaluations import Verdict
from timing_server.contract.race.events import CommandOutcome

#: A DeepRacer archive with its checkpoints is about 100 MB.
MAX_UPLOAD_BYTES = 256 * 1024 * 1024
#: A card, or DeepRacer's model_metadata.json.
MAX_PAPERS_BYTES = 100_000

Note = Annotated[str, Field(max_length=500)]


class ModelAction(Message):
    """One choice of a model; steering in degrees, positive is left."""

    steering_deg: float
    speed_mps: float


class ModelRanges(Message):
    """Between what a model steers and drives that doesn't choose among actions."""

    steering_low_deg: float
    steering_high_deg: float
    speed_low_mps: float
    speed_high_mps: float


class ModelAbout(Message):
    """What a model's trial found. ``actions_n`` where it chooses among actions, else None.

    ``actions`` and ``ranges`` are its action space; both are missing of models that answer with
    throttle, and of those that were brought before they were kept.

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
    actions: Annotated[tuple[ModelAction, ...], Field(max_length=256)] = ()
    ranges: ModelRanges | None = None


class ModelOrigin(Message):
    """How a model was trained on this server; what isn't known is null.

    ``parent_sha256`` is the model that it was trained on from; ``reward_sha256`` names the source
    of the reward function, which the server keeps. ``clean_laps`` of ``laps`` are its exam.
    """

    parent_sha256: Sha256 | None = None
    reward_name: Annotated[str, Field(max_length=80)] = ""
    reward_sha256: Sha256 | None = None
    track: Annotated[str, Field(max_length=80)] = ""
    seed: int | None = None
    steps: int | None = None
    network: Annotated[str, Field(max_length=40)] = ""
    algorithm: Annotated[str, Field(max_length=40)] = ""
    clean_laps: int | None = None
    laps: int | None = None
    spent_s: float | None = None
    version: Annotated[str, Field(max_length=40)] = ""


#: ``archive``: a DeepRacer archive; ``brought``: any other file; ``trained``: here.
ModelSource = Literal["brought", "archive", "trained"]


class ModelVerdict(Message):
    """What the newest stress card says of a model; ``weak`` are the stresses that it fails."""

    verdict: Verdict
    weak: tuple[str, ...]
    track: str
    made_utc: str


class ModelView(Message):
    """``GET /models``: a model that may drive. ``driver_id`` null is the venue's own.

    ``is_here`` is false where its file is missing, after a backup was put back, say. ``verdict`` is
    null where it was never stress-tested.
    """

    sha256: str
    driver_id: str | None
    driver_name: str | None
    name: str
    size_bytes: int
    made_utc: str
    is_here: bool
    about: ModelAbout
    source: ModelSource = "brought"
    origin: ModelOrigin | None = None
    notes: str = ""
    verdict: ModelVerdict | None = None


class ModelDesk(Message):
    """``GET /models/desk``: whether this server can take models; ``reason`` says why not."""

    is_open: bool
    reason: str | None = None
    max_bytes: int = MAX_UPLOAD_BYTES


class ModelBinding(Message):
    """``PUT …/entries/{entry_id}/model``: what the entry drives with; null: whatever is loaded.

    ``send_anyway``: an organiser's word for a model whose stress card says that it isn't ready.
    """

    model_sha256: Sha256 | None
    send_anyway: bool = False


class ModelBound(CommandOutcome):
    """The entry that was bound."""

    entry_id: str
