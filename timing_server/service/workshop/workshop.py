"""The workshop put together: rewards, trainings, and how their models come into the library."""

import asyncio
from dataclasses import dataclass

from timing_server.service.entities import RegistryRows
from timing_server.service.workshop.adoption import Adoption
from timing_server.service.workshop.ports import Evaluator, RewardFolder, Trainer, TrainingFolder
from timing_server.service.workshop.rewards import Rewards
from timing_server.service.workshop.surroundings import Surroundings
from timing_server.service.workshop.testing.model_tests import ModelTests
from timing_server.service.workshop.trainings import Trainings


@dataclass(frozen=True, slots=True)
class Tools:
    """What the workshop is given by the composition root."""

    rewards: RewardFolder
    trainings: TrainingFolder
    trainer: Trainer
    evaluator: Evaluator


class Workshop:
    """What drivers make on this server before they bring it to a car."""

    def __init__(self, tools: Tools, around: Surroundings) -> None:
        self._adoption = Adoption(around.models, tools.trainings, around.version)
        self.rewards = Rewards(tools.rewards, around.new_id, around.wall_utc)
        self.trainings = Trainings(tools.trainings, tools.trainer, self._adoption, around)
        self.tests = ModelTests(tools.evaluator, around, self.trainings.give_way)

    async def start(self) -> None:
        """Go on with what was under way when the server ended."""
        self._adoption.loop = asyncio.get_running_loop()
        await asyncio.to_thread(self.trainings.start)
        self.tests.start()

    def look(self) -> None:
        """Stop what runs or let it go on, as a heat wants; from any thread, without the disk."""
        self.trainings.look()
        self.tests.look()

    async def close(self) -> None:
        """End what runs; the next start goes on with it."""
        await asyncio.to_thread(self.tests.close)
        await asyncio.to_thread(self.trainings.close)

    async def sweep(self, registry: RegistryRows) -> None:
        """Forget what was made by drivers who were forgotten."""
        await asyncio.to_thread(self.trainings.sweep, registry)
        await asyncio.to_thread(self.rewards.sweep, registry)
