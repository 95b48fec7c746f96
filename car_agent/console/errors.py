"""What can go wrong between a car, its console and whoever holds it."""

from car_agent.errors import CarError


class ConsoleTalkError(CarError, ValueError):
    """A packet between agent and console is no message of this release."""


class AgentAwayError(CarError, ConnectionError):
    """No agent of this car runs."""


class AgentSilentError(CarError, TimeoutError):
    """The agent runs and doesn't answer."""


class ConsoleAddressError(CarError, OSError):
    """The console can't listen where it should."""
