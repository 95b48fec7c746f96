"""What people say about a model beside what its file says: a card, or DeepRacer's metadata."""

from dataclasses import dataclass
from pathlib import Path

from car_agent.models.deepracer import MAX_METADATA_BYTES, METADATA_NAME
from car_agent.models.files import read_text_capped

#: What a card's file is called beside ``lap.onnx``: lap.card.json.
CARD_SUFFIX = ".card.json"
#: Likewise DeepRacer's metadata, in a folder of several models: lap.metadata.json.
METADATA_SUFFIX = ".metadata.json"
MAX_CARD_BYTES = 100_000


@dataclass(frozen=True, slots=True)
class Papers:
    """The texts of a card and of DeepRacer's metadata; None where there is none.

    ``is_chosen``: somebody named the file, so that it wins over what is inside the model's.
    ``is_donkeycar`` is for a Donkeycar model that doesn't show its kind.
    """

    card: str | None = None
    metadata: str | None = None
    is_chosen: bool = False
    is_donkeycar: bool = False


def papers_for(
    model: Path,
    card: Path | None = None,
    metadata: Path | None = None,
    *,
    is_donkeycar: bool = False,
) -> Papers:
    """Read the papers that somebody named, or else those that lie beside the model's file.

    Raises ModelError where one can't be read.
    """
    is_chosen = card is not None or metadata is not None
    if not is_chosen and not is_donkeycar:
        stem = model.name.split(".", 1)[0]
        card = _if_there(model.with_name(stem + CARD_SUFFIX))
        own = _if_there(model.with_name(stem + METADATA_SUFFIX))
        metadata = own or _if_there(model.with_name(METADATA_NAME))
    return Papers(
        None if card is None else read_text_capped(card, MAX_CARD_BYTES, "model card"),
        None
        if metadata is None
        else read_text_capped(metadata, MAX_METADATA_BYTES, "metadata file"),
        is_chosen,
        is_donkeycar,
    )


def _if_there(path: Path) -> Path | None:
    try:
        return path if path.is_file() else None
    except OSError:
        # A name too long for the system, say: the model's own file will tell.
        return None
