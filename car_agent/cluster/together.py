"""The cars of all groups as one environment of stable-baselines3: each step is one call a group."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt
from gymnasium import spaces
from stable_baselines3.common.vec_env import VecEnv

from car_agent.cluster.asking import answers, ask
from car_agent.cluster.group import Stepped
from car_agent.training.networks.student import Pictures
from hardware.cameras.frames import Pixels


class Together(VecEnv):
    """``groups`` are actors, ``shares`` which cars are whose, in their order.

    ``picture`` is what the first car saw last. A step raises RewardError, and ClusterError where a
    group is lost.
    """

    def __init__(
        self,
        groups: Sequence[Any],
        shares: Sequence[slice],
        pictures: spaces.Box,
        actions: spaces.Space[Any],
    ) -> None:
        self._groups, self._shares = groups, shares
        self._asked: list[Any] = []
        self.picture: Pixels = np.zeros((1, 1), dtype=np.uint8)
        super().__init__(shares[-1].stop, pictures, actions)

    def reset(self) -> Pictures:
        """Begin new episodes."""
        begun = answers(
            [
                ask(group.reset, self._seeds[share])
                for group, share in zip(self._groups, self._shares, strict=True)
            ]
        )
        self._reset_seeds()
        self._reset_options()
        self.picture = begun[0][1]
        return np.concatenate([seen for seen, _ in begun])

    def step_async(self, actions: npt.NDArray[Any]) -> None:
        """Let all groups drive a step."""
        self._asked = [
            ask(group.step, actions[share])
            for group, share in zip(self._groups, self._shares, strict=True)
        ]

    def step_wait(self) -> Any:
        """Return what the step came to."""
        stepped: list[Stepped] = answers(self._asked)
        self.picture = stepped[0].picture
        return (
            np.concatenate([each.seen for each in stepped]),
            np.concatenate([each.rewards for each in stepped]),
            np.concatenate([each.ended for each in stepped]),
            [_own(info) for each in stepped for info in each.infos],
        )

    def close(self) -> None:
        """Do nothing: who made the groups ends them."""

    def get_attr(self, attr_name: str, indices: Any = None) -> list[Any]:
        """Return None for the library's only question, how cars are to be drawn."""
        if attr_name != "render_mode":
            raise AttributeError(attr_name)
        return [None for _ in self._get_indices(indices)]

    def set_attr(self, attr_name: str, value: Any, indices: Any = None) -> None:
        """Refuse: nobody asks for it."""
        raise NotImplementedError

    def env_method(self, method_name: str, *args: Any, indices: Any = None, **more: Any) -> Any:
        """Refuse: nobody asks for it."""
        raise NotImplementedError

    def env_is_wrapped(self, _wrapper_class: Any, indices: Any = None) -> list[bool]:
        """Return that none is."""
        return [False for _ in self._get_indices(indices)]


def _own(info: dict[str, Any]) -> dict[str, Any]:
    """Return it with a picture that may be written to: what comes from a cluster may not."""
    last = info.get("terminal_observation")
    return info if last is None else info | {"terminal_observation": np.array(last)}
