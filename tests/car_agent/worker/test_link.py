import pytest

from car_agent.worker.link import is_own_address


@pytest.mark.parametrize(
    ("host", "is_own"),
    [
        ("127.0.0.1", True),
        ("localhost", True),
        ("192.0.2.7", False),  # kept for documentation: no machine has it
        ("no-such-host.invalid", False),
    ],
)
def test_the_own_machine_is_known_by_any_name(host: str, is_own: bool) -> None:
    """It should say so of whatever address a socket of this machine can have."""
    assert is_own_address(host) is is_own
