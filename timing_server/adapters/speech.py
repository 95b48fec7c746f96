"""Speaks by ``espeak-ng``, a small program that every Debian has at hand."""

import shutil
import subprocess

from timing_server.service.speech import Language, NoSpeechError

PROGRAM = "espeak-ng"
#: A sentence takes some tens of milliseconds; a program that hangs is ended.
PATIENCE_S = 10.0
#: Words a minute: a hall echoes.
_PACE = "150"
_VOICES: dict[Language, str] = {"en": "en", "es": "es"}


class EspeakSpeech:
    """Implements ``service.speech.Speech``."""

    def __init__(self, program: str) -> None:
        self._program = program

    def say(self, text: str, language: Language) -> bytes:
        """Return the sentence as a WAV file. Raises NoSpeechError."""
        voice = ("-v", _VOICES[language], "-s", _PACE)
        # The text comes by standard input: nothing in it can be an option or a file.
        command = (self._program, *voice, "-b", "1", "--stdin", "--stdout")
        try:
            done = subprocess.run(  # noqa: S603 - a program that this machine installed
                command, input=text.encode(), capture_output=True, timeout=PATIENCE_S, check=True
            )
        except (OSError, subprocess.SubprocessError) as error:
            message = f"The server's voice failed: {type(error).__name__}."
            raise NoSpeechError(message) from error
        return done.stdout


def installed_speech() -> EspeakSpeech | None:
    """Return what speaks on this machine; None where nothing is installed."""
    program = shutil.which(PROGRAM)
    return None if program is None else EspeakSpeech(program)
