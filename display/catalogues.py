"""The words of every language, for whatever is made for people outside the browser."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from types import MappingProxyType
from typing import Final

LANGUAGES: Final = ("en", "es")
_FOLDER: Final = Path(__file__).parent / "static" / "i18n"


@cache
def catalogue(language: str) -> Mapping[str, str]:
    """Return the texts of a language by key; an unknown one gets English."""
    known = language if language in LANGUAGES else LANGUAGES[0]
    text = (_FOLDER / f"{known}.json").read_text(encoding="utf-8")
    return MappingProxyType(json.loads(text))
