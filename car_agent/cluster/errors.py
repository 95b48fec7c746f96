"""What can go wrong with a cluster, each in one sentence."""

from car_agent.errors import CarError


class ClusterError(CarError, ConnectionError):
    """The cluster can't be reached, or not used."""
