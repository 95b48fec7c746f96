"""The pages' modules: what one imports of another is there; else a whole page stays empty."""

import re
from pathlib import Path

from display.pages.routes import STATIC_FOLDER

_IMPORT = re.compile(r"import\s*\{([^}]*)\}\s*from\s*\"/static/([\w./]+)\"")
_EXPORT = re.compile(r"^export (?:async )?(?:const|let|function\*?|class) (\w+)", re.MULTILINE)
_EXPORT_LIST = re.compile(r"^export \{([^}]*)\}", re.MULTILINE)
_SOURCE = re.compile(r"^import (?:[^;]* from )?\"/static/([\w./]+)\";", re.MULTILINE)
MODULES = sorted(path for path in STATIC_FOLDER.rglob("*.js") if "vendor" not in path.parts)


def names_in(listed: str, *, is_outer: bool) -> set[str]:
    """Return the names of a list in braces, before or after their ``as``."""
    pairs = [each.split(" as ") for each in map(str.strip, listed.split(",")) if each]
    return {(pair[-1] if is_outer else pair[0]).strip() for pair in pairs}


def exported(module: Path) -> set[str]:
    text = module.read_text(encoding="utf-8")
    lists = [names_in(each, is_outer=True) for each in _EXPORT_LIST.findall(text)]
    return set(_EXPORT.findall(text)).union(*lists)


def test_what_is_imported_is_exported() -> None:
    """It should find each name that a module imports in the module that it names."""
    for module in MODULES:
        text = module.read_text(encoding="utf-8")
        for source in _SOURCE.findall(text):
            assert (STATIC_FOLDER / source).is_file(), f"{module}: there is no {source}"
        for listed, source in _IMPORT.findall(text):
            missing = names_in(listed, is_outer=False) - exported(STATIC_FOLDER / source)
            assert not missing, f"{module}: {source} has no {', '.join(sorted(missing))}"
