import pytest

from timing_server.adapters.errors import AddressTakenError
from timing_server.adapters.listening import listen as subject


def test_port_zero_is_a_free_one() -> None:
    """It should listen on a port that nobody has."""
    with subject("127.0.0.1", 0) as one, subject("127.0.0.1", 0) as other:
        assert one.getsockname()[1] != other.getsockname()[1]


def test_a_used_port_is_refused() -> None:
    """It should name the port."""
    with subject("127.0.0.1", 0) as taken:
        port = taken.getsockname()[1]
        with pytest.raises(AddressTakenError, match=str(port)):
            subject("127.0.0.1", port)


@pytest.mark.parametrize("host", ["192.0.2.1", "2001:db8::1"])
def test_a_foreign_address_is_refused(host: str) -> None:
    """It should name the address, here one of the ranges for documentation."""
    with pytest.raises(AddressTakenError, match="can't listen"):
        subject(host, 0)
