"""``paddock worker`` as a person types it."""

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import IO, cast

import pytest

from tests.command_line import assert_one_sentence, paddock
from tests.timing_server.web.live_server import Organiser, organising

ROOT = Path(__file__).parents[3]


@pytest.fixture
def organiser(tmp_path: Path) -> Iterator[Organiser]:
    folder = tmp_path / "server"
    folder.mkdir()
    with organising(folder) as made:
        yield made


def test_a_worker_without_a_token_says_how_to_get_one(tmp_path: Path) -> None:
    """It should end with one sentence that names --pair."""
    arguments = ("worker", "--server", "http://127.0.0.1:9", "--token-file", "none.token")
    done = paddock(*arguments, folder=tmp_path)
    assert_one_sentence(done)
    assert "--pair" in done.stderr


def test_a_worker_ends_when_nothing_waits(organiser: Organiser, tmp_path: Path) -> None:
    """It should say how many runs it drove."""
    token = tmp_path / "lab.token"
    token.write_text(organiser.token("worker", "lab-1"), encoding="ascii")
    url = organiser.url.removesuffix("/api/v1")
    arguments = ("worker", "--server", url, "--name", "lab-1", "--token-file", str(token))
    done = paddock(*arguments, "--once", folder=tmp_path)
    assert (done.returncode, done.stdout) == (0, "Nothing waits; 0 runs were driven.\n")


def test_a_worker_is_paired(organiser: Organiser, tmp_path: Path) -> None:
    """It should show six digits, and work once an organiser has typed them."""
    url = organiser.url.removesuffix("/api/v1")
    options = ("--server", url, "--name", "lab-1", "--token-file", str(tmp_path / "lab.token"))
    with subprocess.Popen(
        [sys.executable, "-u", "-m", "timing_server", "worker", *options, "--pair", "--once"],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
    ) as process:
        out = cast("IO[str]", process.stdout)
        shown = next(line for line in out if "Pairing code" in line)
        digits = "".join(char for char in shown.partition(":")[2] if char.isdigit())
        (waiting,) = organiser.get("/pairings")
        assert (waiting["role"], waiting["name"]) == ("worker", "lab-1")
        organiser.post(f"/pairings/{waiting['pairing_id']}/approve", {"code": digits})
        assert "Nothing waits; 0 runs were driven." in out.read()
    assert process.returncode == 0
