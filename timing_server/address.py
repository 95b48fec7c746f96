"""Where people reach the server: this machine's LAN address and the block that shows it."""

import io
import socket
from importlib.util import find_spec

import segno

#: An address of the documentation range: connecting a datagram socket to it sends nothing, and
#: tells which of this machine's addresses would be used for the way out.
_OUTSIDE = ("192.0.2.1", 9)


def lan_address() -> str:
    """Return the address under which other machines of the LAN see this one, else loopback."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(_OUTSIDE)
            address: str = probe.getsockname()[0]
        except OSError:
            return "127.0.0.1"
    return address


def reachable_url(host: str, port: int) -> str:
    """Return the URL to hand to people, given what the server is bound to."""
    is_everywhere = host in {"", "0.0.0.0", "::"}  # noqa: S104 - compared with, not bound
    name = lan_address() if is_everywhere else host
    return f"http://{f'[{name}]' if ':' in name else name}:{port}"


def qr_text(url: str) -> str:
    """Return a QR code of the URL, drawn with half blocks for a terminal."""
    drawn = io.StringIO()
    segno.make(url, error="l").terminal(out=drawn, border=2, compact=True)
    return drawn.getvalue().rstrip("\n")


def opening_block(url: str, *, code: str | None, is_demo: bool, hint: str) -> str:
    """Return what a person needs in the first minute: the addresses, a QR and the code."""
    lines = [
        "",
        qr_text(url),
        "",
        f"  Board     {url}/",
        f"  Control   {url}/control",
    ]
    if find_spec("torch") is not None:
        lines.append(f"  Train     {url}/train")
    if code is not None:
        lines.append(f"  Code      {code}   (asked for once, by the first control page)")
    if is_demo:
        lines.append("  This is a demo: its data live in a folder of their own.")
    return "\n".join([*lines, f"  {hint}", ""])
