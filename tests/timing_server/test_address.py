"""The block that tells people where to look."""

import socket

from timing_server.address import lan_address, opening_block, qr_text, reachable_url


def test_lan_address_is_an_address() -> None:
    """It should be something that a socket takes."""
    socket.inet_aton(lan_address())


def test_reachable_url_names_what_it_is_bound_to() -> None:
    """It should keep a concrete address and bracket IPv6."""
    assert reachable_url("127.0.0.1", 8000) == "http://127.0.0.1:8000"
    assert reachable_url("::1", 8000) == "http://[::1]:8000"
    assert reachable_url("0.0.0.0", 80) == f"http://{lan_address()}:80"


def test_block_fits_a_terminal() -> None:
    """It should hold addresses, QR and code within 80 columns."""
    block = opening_block("http://192.0.2.7:8000", code="ABCD-2345", is_demo=True, hint="Bye.")
    assert "http://192.0.2.7:8000/control" in block
    assert "ABCD-2345" in block
    assert qr_text("http://192.0.2.7:8000") in block
    plain = [line for line in block.splitlines() if "\x1b" not in line]
    assert max(len(line) for line in plain) <= 80
