"""A bench for every test of the drive loop."""

from pathlib import Path

import pytest

from car_agent.models.load import load_model
from tests.car_agent.driving.bench import Bench, make_bench
from tests.car_agent.onnx_models import light_seeker


@pytest.fixture
def bench(tmp_path: Path) -> Bench:
    return make_bench(load_model(light_seeker(tmp_path / "seeker.onnx")))
