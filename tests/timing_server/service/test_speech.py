"""Sentences for screens without a voice: spoken once, bounded, and said so where nothing speaks."""

import asyncio
import threading

import pytest

from tests.waiting import PATIENCE_S
from timing_server.service import speech as subject

pytestmark = pytest.mark.anyio


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


class Voice:
    """Counts what it says; speaks only while it may."""

    def __init__(self, *, may_speak: bool = True) -> None:
        self.said: list[tuple[str, str]] = []
        self.fails = False
        self.may_speak = threading.Event()
        if may_speak:
            self.may_speak.set()

    def say(self, text: str, language: subject.Language) -> bytes:
        self.may_speak.wait(PATIENCE_S)
        self.said.append((language, text))
        if self.fails:
            raise subject.NoSpeechError("hoarse")
        return text.encode()


async def test_a_sentence_is_spoken_once_for_all_screens() -> None:
    """It should give screens that ask at once and later the same sound, each language its own."""
    voice = Voice()
    speaker = subject.Speaker(voice)
    sounds = await asyncio.gather(*(speaker.say("Lap 3", "en") for _ in range(5)))
    assert sounds == [b"Lap 3"] * 5
    await speaker.say("Lap 3", "en")
    await speaker.say("Lap 3", "es")
    assert voice.said == [("en", "Lap 3"), ("es", "Lap 3")]


async def test_many_sentences_at_once_are_refused() -> None:
    """It should refuse what would wait for long, and speak again when it is through."""
    voice = Voice(may_speak=False)
    speaker = subject.Speaker(voice)
    waiting = [asyncio.create_task(speaker.say(f"Lap {at}", "en")) for at in range(8)]
    await asyncio.sleep(0)
    with pytest.raises(subject.SpeechBusyError):
        await speaker.say("Lap 9", "en")
    voice.may_speak.set()
    assert len(await asyncio.gather(*waiting)) == 8
    assert await speaker.say("Lap 9", "en") == b"Lap 9"


async def test_nothing_that_speaks() -> None:
    """It should say what to install."""
    with pytest.raises(subject.NoSpeechError, match="espeak-ng"):
        await subject.Speaker(None).say("Lap 3", "en")


async def test_a_failure_is_tried_anew() -> None:
    """It should not keep a failure as if it were a sound."""
    voice = Voice()
    voice.fails = True
    speaker = subject.Speaker(voice)
    with pytest.raises(subject.NoSpeechError):
        await speaker.say("Lap 3", "en")
    voice.fails = False
    assert await speaker.say("Lap 3", "en") == b"Lap 3"


async def test_the_oldest_sentences_are_forgotten() -> None:
    """It should keep a bounded number of sounds, however long the day."""
    voice = Voice()
    speaker = subject.Speaker(voice)
    for at in range(70):
        await speaker.say(f"Lap {at}", "en")
    await speaker.say("Lap 69", "en")
    assert len(voice.said) == 70
    await speaker.say("Lap 0", "en")
    assert len(voice.said) == 71
