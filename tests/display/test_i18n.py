"""The catalogues: complete in each language, used, and covering every code that arrives."""

import ast
import json
import re
from pathlib import Path
from typing import Any, get_args

import pytest

from display.pages.routes import STATIC_FOLDER
from display.pages.shell import CONSOLE_PAGE, PAGES
from timing_server.contract.live.document import Scene
from timing_server.contract.live.laps import PassVerdict
from timing_server.contract.machines.devices import HeatPhase
from timing_server.contract.node_health import NodeState, SensorState
from timing_server.formats.format import TIE_BREAKS
from timing_server.formats.registry import FORMATS
from timing_server.formats.stories.story import StoryCode
from timing_server.rules.facts.recorded import Ruling
from timing_server.rules.scoring.scores import EndReason
from timing_server.service.errors import ServiceError
from timing_server.web.errors import WebError

LANGUAGES = ("en", "es")
EXPORTS_FOLDER = Path(__file__).parents[2] / "timing_server" / "service" / "exports"
ANSWERS_FOLDER = Path(__file__).parents[2] / "timing_server" / "rules" / "answers"


def catalogue(language: str) -> dict[str, str]:
    path = STATIC_FOLDER / "i18n" / f"{language}.json"
    loaded: dict[str, str] = json.loads(path.read_text(encoding="utf-8"))
    return loaded


def sources() -> str:
    scripts = [path for path in STATIC_FOLDER.rglob("*.js") if "vendor" not in path.parts]
    pages = [page.document() for page in (*PAGES.values(), CONSOLE_PAGE)]
    files = [*scripts, *EXPORTS_FOLDER.rglob("*.py")]
    return "\n".join([*(path.read_text(encoding="utf-8") for path in files), *pages])


def used_keys() -> set[str]:
    """Return the keys that are written out, in calls and in ``data-i18n``."""
    text = sources()
    return set(re.findall(r"\bt\(\s*\"([\w.]+)\"", text)) | set(
        re.findall(r"data-i18n=\"([\w.]+)\"", text)
    )


def used_prefixes() -> set[str]:
    """Return how keys begin that end in a code, from ``t(`x.${…}`)`` and ``tCode("x", …)``."""
    text = sources()
    written = set(re.findall(r"\bt\(\s*`([\w.]+)\$\{", text))
    return written | {f"{group}." for group in re.findall(r"\b(?:tC|c)ode\(\s*\"(\w+)\"", text)}


def params(text: str) -> list[str]:
    return sorted(re.findall(r"\{(\w+)\}", text))


def test_same_keys_in_each_language() -> None:
    """It should word every key in every language, with the same parameters."""
    english = catalogue("en")
    for language in LANGUAGES:
        other = catalogue(language)
        assert other.keys() == english.keys()
        assert all(text.strip() for text in other.values())
        assert {key for key in english if params(english[key]) != params(other[key])} == set()


def test_catalogues_differ() -> None:
    """It should be a translation: what reads alike in both is a name or a unit."""
    english, spanish = catalogue("en"), catalogue("es")
    alike = {key for key in english if english[key] == spanish[key]}
    assert len(alike) < len(english) / 20, sorted(alike)


def test_every_used_key_exists() -> None:
    """It should have a text for each key that a page asks for."""
    assert used_keys() - catalogue("en").keys() == set()
    for prefix in used_prefixes():
        assert any(key.startswith(prefix) for key in catalogue("en")), prefix


def test_no_key_is_unused() -> None:
    """It should carry no text that no page asks for."""
    prefixes = tuple(used_prefixes())
    unused = {key for key in catalogue("en").keys() - used_keys() if not key.startswith(prefixes)}
    assert unused == set()


def codes_of(group: str) -> set[str]:
    return {key.split(".", 1)[1] for key in catalogue("en") if key.startswith(f"{group}.")}


@pytest.mark.parametrize(
    ("group", "literal"),
    [
        ("scene", Scene),
        ("verdict", PassVerdict),
        ("phase", HeatPhase),
        ("story", StoryCode),
        ("node_state", NodeState),
        ("sensor_state", SensorState),
    ],
)
def test_codes_of_the_live_document_are_worded(group: str, literal: Any) -> None:
    """It should word exactly the codes of the live document, of stories and of a node's health."""
    assert codes_of(group) == set(get_args(literal))


def test_kinds_of_rulings_are_worded() -> None:
    """It should word every kind of ruling in the audit."""
    assert codes_of("ruling") == {kind.__name__ for kind in get_args(Ruling)}


def test_reasons_of_a_heats_end_are_worded() -> None:
    """It should word every reason for which a heat ends."""
    assert codes_of("end_reason") == set(get_args(EndReason))


def test_formats_are_worded() -> None:
    """It should word every format, what it ranks, its number of laps and every tie-break."""
    assert codes_of("format_title") == set(FORMATS)
    assert codes_of("format_value") == set(FORMATS)
    assert codes_of("format_description") == set(FORMATS)
    assert codes_of("format_laps") == {name for name, form in FORMATS.items() if form.options}
    assert codes_of("tie_break") == set(TIE_BREAKS)


def refusal_codes() -> set[str]:
    """Return the literal codes of all refusals that the rules can give."""
    found: set[str] = set()
    for path in ANSWERS_FOLDER.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "RuleViolation":
                code = node.args[0]
                if isinstance(code, ast.Constant):
                    found.add(str(code.value))
    return found


def test_refusals_are_worded() -> None:
    """It should word every refusal of the rules."""
    codes = refusal_codes()
    assert len(codes) > 20
    assert codes - codes_of("problem") == set()


def subclasses(kind: type) -> set[type]:
    direct: set[type] = set(kind.__subclasses__())
    return direct.union(*map(subclasses, direct))


#: What only devices and developers can be told.
NOT_FOR_PEOPLE = {"journal_conflict", "not_a_picture", "undeclared_route", "service_error"}


def test_errors_of_the_server_are_worded() -> None:
    """It should word every failure that the service and the web can answer a person with."""
    codes = {
        str(vars(kind)["code"])
        for kind in subclasses(ServiceError) | subclasses(WebError)
        if "code" in vars(kind)
    } - NOT_FOR_PEOPLE
    assert {"not_signed_in", "code_refused"} <= codes
    assert codes - codes_of("problem") == set()
