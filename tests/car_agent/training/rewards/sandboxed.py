"""Whether this machine can make the sandbox of drivers' reward functions."""

import pytest

from car_agent.training.rewards import sandbox
from car_agent.training.rewards.errors import SandboxMissingError


def _why_none() -> str | None:
    try:
        sandbox.sandboxed_command()
    except SandboxMissingError as error:
        return str(error)
    return None


_WHY_NONE = _why_none()
needs_sandbox = pytest.mark.skipif(_WHY_NONE is not None, reason=str(_WHY_NONE))
