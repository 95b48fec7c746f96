"""Puts the model of a training into its owner's library, by the same trial as any upload."""

import asyncio
import hashlib
import shutil
from pathlib import Path

from timing_server.contract.machines.models import ModelOrigin
from timing_server.service.errors import StoppingError, StorageFailedError
from timing_server.service.models.models import Models
from timing_server.service.models.ports import Brought, Trained
from timing_server.service.office import Caller
from timing_server.service.workshop.ports import TrainingFolder
from timing_server.service.workshop.running.job import Job

#: Who brings it, for the log and for the queue of trials.
ACTOR = "workshop"


class Adoption:
    """Called by the workshop's thread; works in the event loop, which ``running`` says."""

    def __init__(self, models: Models, folder: TrainingFolder, version: str) -> None:
        self._models = models
        self._folder = folder
        self._version = version
        self.loop: asyncio.AbstractEventLoop | None = None

    def __call__(self, job: Job) -> str:
        """Return the hash of the model in the library. Raises what ``Models.take`` does."""
        if self.loop is None:
            raise StoppingError("The server is ending; try again in a moment.")
        return asyncio.run_coroutine_threadsafe(self._take(job), self.loop).result()

    async def _take(self, job: Job) -> str:
        order, model = job.sheet.order, self._folder.files(job.training_id).model
        trained = Trained(
            name=order.name,
            origin=origin_of(job, self._version).model_dump_json().encode(),
            reward=(_reward_sha256(job), order.source.encode()),
        )
        with self._models.receiving(ACTOR) as parcel:
            await asyncio.to_thread(_copy, model, parcel.model)
            kept = await self._models.take(
                Caller(ACTOR), parcel, Brought("model.onnx"), job.sheet.owner, trained
            )
        return kept.sha256


def origin_of(job: Job, version: str) -> ModelOrigin:
    """Return where the model of a training comes from; ``version`` is Paddock's."""
    order, course = job.sheet.order, job.course
    return ModelOrigin(
        parent_sha256=order.parent_sha256,
        reward_name=order.reward_name,
        reward_sha256=_reward_sha256(job),
        track=order.track,
        seed=order.seed,
        steps=course.steps,
        network=order.network,
        algorithm=order.algorithm,
        clean_laps=course.clean_laps,
        laps=course.laps,
        spent_s=job.spent_s,
        version=version,
    )


def _reward_sha256(job: Job) -> str:
    return hashlib.sha256(job.sheet.order.source.encode()).hexdigest()


def _copy(source: Path, target: Path) -> None:
    try:
        shutil.copyfile(source, target)
    except OSError as error:
        raise StorageFailedError(f"The trained model can't be read ({error.strerror}).") from error
