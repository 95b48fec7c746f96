"""A process that drives a run again, heard with limits: real processes, only other programs."""

import sys

import pytest

from timing_server.adapters.processes import rerunning
from timing_server.service.virtual.verdicts import Watch, Wish

DRIVEN = '{"kind": "failed", "sentence": "It broke off.", "whose": "model"}'


def asked(program: str, patience_s: float = 60.0, watch: Watch = lambda: "go") -> object:
    command = (sys.executable, "-c", program)
    return rerunning._asked(b"{}", b"", patience_s, watch, command)


def test_what_it_tells_and_cries_is_heard() -> None:
    """It should return both whole, of what was cried the end."""
    program = f"import sys; sys.stderr.write('x' * 200_000 + 'the end'); print('{DRIVEN}')"
    told = asked(program)
    assert isinstance(told, tuple)
    out, said = told
    assert out.decode().strip() == DRIVEN
    assert said.endswith(b"xthe end")
    assert len(said) <= 64 * 1024


def test_one_that_babbles_is_ended() -> None:
    """It should not fill the server's memory by what a process says without end."""
    program = "import sys\nwhile True: sys.stdout.write('x' * 65536)"
    assert asked(program) == "It told more than a run has to tell."


@pytest.mark.parametrize(("patience_s", "wish"), [(0.6, "go"), (60.0, "end")])
def test_one_that_hangs_is_ended(patience_s: float, wish: Wish) -> None:
    """It should end it when its time is over, or as soon as nobody wants it."""
    assert asked("while True: pass", patience_s, lambda: wish) == "It took too long."
