"""Speech for screens whose browser has no voice: bounded, and the same sentence is spoken once."""

import asyncio
from collections import OrderedDict
from typing import Literal, Protocol

from timing_server.service.errors import ServiceError

Language = Literal["en", "es"]

#: What a call-out may say at most, in characters.
MAX_CHARS = 200
#: How many sentences wait or are spoken at once; a hall's screens mostly ask for the same one.
_MOST_AT_ONCE = 8
_KEPT = 64


class Speech(Protocol):
    """What turns a sentence into sound."""

    def say(self, text: str, language: Language) -> bytes:
        """Return the sentence as a WAV file; takes a moment. Raises NoSpeechError."""
        ...


class NoSpeechError(ServiceError, RuntimeError):
    """The server's machine can't speak."""

    code = "no_speech"


class SpeechBusyError(ServiceError, RuntimeError):
    """Too many sentences at once."""

    code = "speech_busy"


class Speaker:
    """Keeps the newest sentences, and has each spoken once however many screens ask."""

    def __init__(self, speech: Speech | None) -> None:
        """``speech`` None: this machine has nothing that speaks."""
        self._speech = speech
        self._spoken: OrderedDict[tuple[Language, str], asyncio.Task[bytes]] = OrderedDict()

    async def say(self, text: str, language: Language) -> bytes:
        """Return a sentence as a WAV file. Raises NoSpeechError, SpeechBusyError."""
        if self._speech is None:
            message = "The server can't speak: install espeak-ng on its machine."
            raise NoSpeechError(message)
        key = language, text
        task = self._spoken.get(key)
        if task is None:
            if sum(not each.done() for each in self._spoken.values()) >= _MOST_AT_ONCE:
                raise SpeechBusyError("The server speaks already; ask again in a moment.")
            task = asyncio.create_task(asyncio.to_thread(self._speech.say, text, language))
            self._spoken[key] = task
            self._forget_oldest()
        self._spoken.move_to_end(key)
        try:
            # A screen that goes away must not silence the others.
            return await asyncio.shield(task)
        except NoSpeechError:
            self._spoken.pop(key, None)
            raise

    def _forget_oldest(self) -> None:
        done = [key for key, each in self._spoken.items() if each.done()]
        for key in done[: max(0, len(self._spoken) - _KEPT)]:
            del self._spoken[key]
