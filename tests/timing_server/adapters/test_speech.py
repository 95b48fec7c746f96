"""The program that speaks, where this machine has it."""

import io
import shutil
import wave
from pathlib import Path

import pytest

from timing_server.adapters import speech as subject
from timing_server.service.speech import NoSpeechError

needs_espeak = pytest.mark.skipif(
    shutil.which(subject.PROGRAM) is None, reason="espeak-ng is not installed"
)


def seconds_of(sound: bytes) -> float:
    """Return how long a WAV file sounds; its header may say 'until the end'."""
    with wave.open(io.BytesIO(sound)) as read:
        frame_bytes = read.getsampwidth() * read.getnchannels()
        return float((len(sound) - 44) / frame_bytes / read.getframerate())


@needs_espeak
def test_a_sentence_becomes_sound() -> None:
    """It should speak, a longer sentence for longer, in each language."""
    voice = subject.installed_speech()
    assert voice is not None
    short, long = voice.say("Lap 3", "en"), voice.say("Lap 3. Nine point four eight two", "en")
    assert 0.2 < seconds_of(short) < seconds_of(long) < 10
    assert seconds_of(voice.say("Vuelta 3. 9,482", "es")) > 0.2


@needs_espeak
@pytest.mark.parametrize("text", ["--help", "-w made", "<audio src='x'/>", "a\n-f /etc/passwd"])
def test_text_is_never_an_option(
    text: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should read whatever people are called, and do nothing else."""
    monkeypatch.chdir(tmp_path)
    voice = subject.installed_speech()
    assert voice is not None
    assert voice.say(text, "en").startswith(b"RIFF")
    assert list(tmp_path.iterdir()) == []


def test_a_program_that_fails(tmp_path: Path) -> None:
    """It should say that the voice failed, whether the program is gone or ends badly."""
    for program in (str(tmp_path / "gone"), shutil.which("false") or "false"):
        with pytest.raises(NoSpeechError, match="failed"):
            subject.EspeakSpeech(program).say("Lap 3", "en")


def test_a_machine_without_it(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should know that nothing is installed."""
    monkeypatch.setenv("PATH", "/nowhere")
    assert subject.installed_speech() is None
