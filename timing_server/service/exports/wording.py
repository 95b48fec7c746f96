"""The words of one language for files and paper, from the same catalogue as the screens'."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

_PARAMETER = re.compile(r"\{(\w+)\}")
ENGLISH_MARK = "."
_DECIMAL_MARKS = {"es": ","}

#: Returns the texts of a language by key; an unknown language gets English.
Catalogues = Callable[[str], Mapping[str, str]]


@dataclass(frozen=True, slots=True)
class Wording:
    """Words keys as the screens' ``t`` and ``tCode`` do."""

    language: str
    texts: Mapping[str, str]

    @property
    def decimal_mark(self) -> str:
        """What stands before the decimals of a time or a number."""
        return _DECIMAL_MARKS.get(self.language, ENGLISH_MARK)

    def decimals(self, text: str) -> str:
        """Return a number that was written with a point as the reader writes it."""
        return text.replace(ENGLISH_MARK, self.decimal_mark)

    def t(self, key: str, /, **params: object) -> str:
        """Return the text of a key with its {parameters} filled in; a missing key shows itself."""
        return _filled(self.texts.get(key, key), params)

    def code(self, group: str, code: str, /, **params: object) -> str:
        """Return the text of a code that another room made, else the code."""
        return _filled(self.texts.get(f"{group}.{code}", code), params)


def _filled(text: str, params: Mapping[str, object]) -> str:
    return _PARAMETER.sub(lambda found: str(params.get(found[1], found[0])), text)
