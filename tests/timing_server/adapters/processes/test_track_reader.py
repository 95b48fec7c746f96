"""The command that reads what strangers send, where it hangs, dies or talks nonsense."""

import sys
from pathlib import Path

import pytest

from timing_server.adapters.processes.track_reader import CommandTrackReader
from timing_server.service.tracks.errors import TrackUnreadableError


def reader(folder: Path, program: str, patience_s: float = 60.0) -> CommandTrackReader:
    return CommandTrackReader(folder, (sys.executable, "-c", program), patience_s)


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("import time; time.sleep(600)", "took too long"),
        ("import os, signal; os.kill(os.getpid(), signal.SIGKILL)", "too large, or damaged"),
        ("raise SystemExit('paddock: It holds no road.')", "It holds no road"),
        ("raise SystemExit('Traceback: secret')", "too large, or damaged"),
        (
            "import sys; open(sys.argv[sys.argv.index('--out') + 1], 'w').write('no'); print('{}')",
            "without an answer",
        ),
    ],
)
def test_whatever_the_command_does_is_one_sentence(
    tmp_path: Path, program: str, words: str
) -> None:
    """It should wait for a bounded time, tell no inner words, and leave nothing behind."""
    patience_s = 1.0 if "sleep" in program else 60.0
    with pytest.raises(TrackUnreadableError, match=words) as caught:
        reader(tmp_path / "in", program, patience_s).file(b"anything", ".npy")
    assert "secret" not in str(caught.value)
    assert list((tmp_path / "in").iterdir()) == []
