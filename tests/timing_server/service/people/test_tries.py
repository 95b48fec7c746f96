import pytest

from timing_server.service.errors import TooManyTriesError
from timing_server.service.people.tries import TryLimiter


def test_tries_under_way_count() -> None:
    """It should not let many guesses in at the same moment, nor count those that were right."""
    limiter = TryLimiter()
    settles = [limiter.admit("a", 0) for _ in range(5)]
    with pytest.raises(TooManyTriesError, match="60 s"):
        limiter.admit("a", 0)
    settles[0](True)
    limiter.admit("a", 0)
