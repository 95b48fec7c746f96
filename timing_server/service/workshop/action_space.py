"""Writes an action space as DeepRacer's model_metadata.json, which the training reads."""

import json

from timing_server.contract.workshop import ActionList, ActionRanges, Algorithm
from timing_server.service.workshop.errors import RangesReversedError, SacNeedsRangesError

_ALGORITHMS = {"ppo": "clipped_ppo", "sac": "sac"}


def checked(space: ActionList | ActionRanges | None, algorithm: Algorithm) -> None:
    """Raise RangesReversedError or SacNeedsRangesError where it can't be trained with."""
    if algorithm == "sac" and not isinstance(space, ActionRanges):
        raise SacNeedsRangesError("SAC learns ranges, not a list of actions; choose ranges or PPO.")
    if not isinstance(space, ActionRanges):
        return
    if (
        space.steering_low_deg >= space.steering_high_deg
        or space.speed_low_mps > space.speed_high_mps
    ):
        raise RangesReversedError("A range of the action space ends before it begins.")


def metadata_of(space: ActionList | ActionRanges | None, algorithm: Algorithm) -> str | None:
    """Return the file's text; None for the usual actions."""
    if space is None:
        return None
    if isinstance(space, ActionList):
        kind = "discrete"
        actions: object = [
            {"steering_angle": each.steering_deg, "speed": each.speed_mps, "index": index}
            for index, each in enumerate(space.actions)
        ]
    else:
        kind = "continuous"
        actions = {
            "steering_angle": {"low": space.steering_low_deg, "high": space.steering_high_deg},
            "speed": {"low": space.speed_low_mps, "high": space.speed_high_mps},
        }
    content = {
        "action_space": actions,
        "action_space_type": kind,
        "sensor": ["FRONT_FACING_CAMERA"],
        "training_algorithm": _ALGORITHMS[algorithm],
        "version": "5",
    }
    return json.dumps(content, indent=2)
