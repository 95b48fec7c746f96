"""Opens the model that a car is told to drive, whatever it comes in, after its trial elsewhere."""

from dataclasses import replace
from pathlib import Path

from car_agent.errors import ModelError
from car_agent.models.intake.admit import admit
from car_agent.models.load import LoadedModel, ModelFile, read_content, start_model
from car_agent.models.papers import Papers


def open_model(path: Path) -> LoadedModel:
    """Have a model checked in a limited process, then start what came out of it here.

    Raises as ``read_admitted`` does.
    """
    return start_model(read_admitted(path))


def read_admitted(path: Path) -> ModelFile:
    """Have a model checked in a limited process, then read what came out of it; runs nothing here.

    The hash is that of the file at ``path``, which is what people know. Raises ModelFileError
    where it can't be read, ModelError where it can't drive this car.
    """
    admission = admit(path)
    verdict = admission.verdict
    if not verdict.ok:
        raise ModelError(verdict.reason or f"{path.name} can't be used.")
    file = read_content(admission.content, Papers(), path)
    return replace(file, sha256=verdict.sha256 or file.sha256)
