"""The student as stable-baselines3's policy, so that what PPO learns is exported as a clone is.

The convolutions are shared; the estimate of value has a layer of its own and doesn't pull at them,
or its errors, many times larger at first, would spoil what the clone has learnt.
"""

from typing import Any

import torch
from gymnasium import spaces
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.torch_layers import BaseFeaturesExtractor, MlpExtractor
from torch import nn

from car_agent.training.networks.export import Weights
from car_agent.training.networks.shapes import NetworkShape
from car_agent.training.networks.student import Student, convolutions, levelled

#: The value's own layer; what acts has the shape's.
_VALUE_LAYER = 64
#: How far a continuous action strays at first, as the logarithm of a share of half its range.
_LOG_DEVIATION = -1.5


class Eyes(BaseFeaturesExtractor):
    """A network's convolutions."""

    def __init__(self, observation_space: spaces.Space[Any], shape: NetworkShape) -> None:
        super().__init__(observation_space, shape.features)
        self.features = convolutions(shape)

    def forward(self, pictures: torch.Tensor) -> torch.Tensor:
        """Return N×features of N×1×height×width in 0–255."""
        return torch.flatten(self.features(levelled(pictures)), 1)


class _Heads(MlpExtractor):
    """The student's dense layer for the actions, another one for the value."""

    def forward_critic(self, features: torch.Tensor) -> torch.Tensor:
        return self.value_net(features.detach())


class DriverPolicy(ActorCriticPolicy):
    """Acts with the student's network; PPO is to be given its shape as the only argument."""

    def __init__(self, *args: Any, shape: NetworkShape, **kwargs: Any) -> None:
        kwargs |= {
            "features_extractor_class": Eyes,
            "features_extractor_kwargs": {"shape": shape},
            "net_arch": {"pi": [shape.dense], "vf": [_VALUE_LAYER]},
            "activation_fn": nn.ReLU,
            "normalize_images": False,
            "log_std_init": _LOG_DEVIATION,
        }
        super().__init__(*args, **kwargs)

    def _build_mlp_extractor(self) -> None:
        self.mlp_extractor = _Heads(
            self.features_dim, self.net_arch, self.activation_fn, self.device
        )

    def be_like(self, student: Student) -> None:
        """Begin with what a student knows."""
        self.features_extractor.features.load_state_dict(student.features.state_dict())
        self.mlp_extractor.policy_net[0].load_state_dict(student.head[1].state_dict())
        self.action_net.load_state_dict(student.head[3].state_dict())

    def weights(self) -> Weights:
        """Return what acts, by the student's names."""
        parts = {
            "features": self.features_extractor.features,
            "head.1": self.mlp_extractor.policy_net[0],
            "head.3": self.action_net,
        }
        return {
            f"{part}.{name}": value.detach().numpy().copy()
            for part, module in parts.items()
            for name, value in module.state_dict().items()
        }

    def let_act_learn(self, may_learn: bool) -> None:
        """Hold still what acts, or let it learn again; the value learns in either case."""
        for module in (
            self.features_extractor,
            self.mlp_extractor.policy_net,
            self.action_net,
        ):
            module.requires_grad_(may_learn)
        if hasattr(self, "log_std"):
            self.log_std.requires_grad_(may_learn)
