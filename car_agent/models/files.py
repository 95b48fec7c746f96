"""Reads and writes files beside and for models: bounded, and whole or not at all."""

from contextlib import suppress
from pathlib import Path

from car_agent.errors import ModelError, ModelFileError

#: DeepRacer's largest network, the normal one with two cameras, has 219 MiB of weights.
MAX_MODEL_BYTES = 256 * 1024 * 1024


def read_capped(path: Path, max_bytes: int, noun: str) -> bytes:
    """Read a file of at most ``max_bytes``; ``noun`` is what it should be.

    Raises ModelError where it is larger, ModelFileError where it can't be read.
    """
    try:
        with path.open("rb") as file:
            content = file.read(max_bytes + 1)
    except FileNotFoundError as error:
        raise ModelFileError(f"There is no {noun} {path}.") from error
    except OSError as error:
        raise ModelFileError(f"The {noun} {path} can't be read: {error.strerror}.") from error
    if len(content) > max_bytes:
        raise ModelError(f"{path} is too large for a {noun}; {max_bytes:,} bytes are the most.")
    return content


def read_text_capped(path: Path, max_bytes: int, noun: str) -> str:
    """Read a text file in UTF-8, with or without a byte-order mark; errors as ``read_capped``."""
    try:
        return read_capped(path, max_bytes, noun).decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise ModelError(f"{path} is not a text file in UTF-8.") from error


def write_whole(path: Path, content: bytes) -> None:
    """Write a file whole or not at all. Raises ModelFileError."""
    fresh = path.with_name(path.name + ".new")
    try:
        fresh.write_bytes(content)
        fresh.replace(path)
    except OSError as error:
        with suppress(OSError):
            fresh.unlink()
        raise ModelFileError(f"{path} can't be written: {error.strerror}.") from error
