"""Reward functions that drivers write: kept for them, beside the examples that everybody reads."""

from collections.abc import Callable

from timing_server.contract.rewards import RewardText, RewardView, RewardWritten
from timing_server.service.entities import RegistryRows
from timing_server.service.errors import UnknownIdError
from timing_server.service.ports import NewId
from timing_server.service.workshop.errors import RewardIsExampleError, TooManyRewardsError
from timing_server.service.workshop.ports import Reward, RewardFolder

REWARDS_PER_OWNER = 50
_EXAMPLE = "example-"


class Rewards:
    """Looks at files: not for the loop. ``who`` is a driver; None may see everybody's."""

    def __init__(self, folder: RewardFolder, new_id: NewId, wall_utc: Callable[[], str]) -> None:
        self._folder = folder
        self._new_id = new_id
        self._wall_utc = wall_utc

    def views(self, registry: RegistryRows, who: str | None) -> list[RewardView]:
        """Return one's own, the newest first, then the examples."""
        own = [each for each in self._folder.all() if who is None or each.owner == who]
        return [
            *(RewardView(**_about(each, registry)) for each in own),
            *(
                RewardView(reward_id=_EXAMPLE + each.name, name=each.name, is_example=True)
                for each in self._folder.examples()
            ),
        ]

    def text(self, registry: RegistryRows, who: str | None, reward_id: str) -> RewardText:
        """Return a reward with its text. Raises UnknownIdError."""
        for each in self._folder.examples():
            if reward_id == _EXAMPLE + each.name:
                return RewardText(
                    reward_id=reward_id, name=each.name, is_example=True, source=each.source
                )
        reward = self._own(who, reward_id)
        return RewardText(**_about(reward, registry), source=reward.source)

    def keep(self, owner: str, written: RewardWritten) -> str:
        """Keep a new reward and return its id. Raises TooManyRewardsError."""
        if sum(each.owner == owner for each in self._folder.all()) >= REWARDS_PER_OWNER:
            raise TooManyRewardsError(
                f"Only {REWARDS_PER_OWNER} rewards are kept for each; delete one first.",
                most=REWARDS_PER_OWNER,
            )
        reward_id = self._new_id()
        self._put(reward_id, owner, written)
        return reward_id

    def change(self, who: str | None, reward_id: str, written: RewardWritten) -> None:
        """Keep another text or name. Raises UnknownIdError or RewardIsExampleError."""
        self._put(reward_id, self._own(who, reward_id).owner, written)

    def delete(self, who: str | None, reward_id: str) -> None:
        """Forget a reward. Raises UnknownIdError or RewardIsExampleError."""
        self._folder.delete(self._own(who, reward_id).reward_id)

    def sweep(self, registry: RegistryRows) -> None:
        """Forget the rewards of drivers who were forgotten."""
        for each in self._folder.all():
            if each.owner and each.owner not in registry.drivers:
                self._folder.delete(each.reward_id)

    def _put(self, reward_id: str, owner: str, written: RewardWritten) -> None:
        self._folder.put(Reward(reward_id, owner, written.name, written.source, self._wall_utc()))

    def _own(self, who: str | None, reward_id: str) -> Reward:
        if reward_id.startswith(_EXAMPLE):
            raise RewardIsExampleError("An example can't be changed; keep a copy of it.")
        reward = self._folder.find(reward_id)
        if reward is None or (who is not None and reward.owner != who):
            raise UnknownIdError("reward", reward_id)
        return reward


def _about(reward: Reward, registry: RegistryRows) -> dict[str, str | None]:
    driver = registry.drivers.get(reward.owner)
    return {
        "reward_id": reward.reward_id,
        "name": reward.name,
        "driver_id": reward.owner or None,
        "driver_name": None if driver is None else driver.shown_name,
        "changed_utc": reward.changed_utc,
    }
