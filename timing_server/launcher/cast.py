"""The demo's cast: four made-up drivers, their cars, and the character of each one's model."""

from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class CastMember:
    """A driver with a car; ``character`` names the model in the project's own library."""

    driver_name: str
    car_id: str
    car_name: str
    colour: str
    character: str


#: In starting order: each of the first three is quicker than the one before, so the lead changes;
#: the one that leaves the track now and then comes last.
CAST = (
    CastMember("Turbo Tortoise", "car-tortoise", "Copper", "#f59e0b", "cautious"),
    CastMember("Apex Otter", "car-otter", "Teal", "#2dd4bf", "balanced"),
    CastMember("Neon Falcon", "car-falcon", "Volt", "#a3e635", "fast"),
    CastMember("Gravel Gremlin", "car-gremlin", "Coral", "#fb7185", "wild"),
)

MODEL_LIBRARY = Path(__file__).resolve().parents[2] / "car_agent" / "models" / "library"


def model_path(member: CastMember) -> Path:
    """Return the committed model file of a cast member."""
    return MODEL_LIBRARY / f"{member.character}.onnx"
