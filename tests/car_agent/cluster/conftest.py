"""A Ray cluster of this machine with two processors; a server with a league, as workers have it."""

from collections.abc import Iterator

import pytest

from tests.car_agent.cluster.ray_cluster import ray_cluster
from tests.car_agent.worker.conftest import organiser as organiser  # noqa: PLC0414 - a fixture


@pytest.fixture(scope="package")
def cluster() -> Iterator[str]:
    with ray_cluster(2) as address:
        yield address
