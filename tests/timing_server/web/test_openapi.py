"""The description of the interface: complete, readable, and true to what is answered."""

from pathlib import Path
from typing import Any

import pytest

from tests.timing_server.web.live_server import Organiser
from timing_server import rules
from timing_server.web.problems import status_of

METHODS = {"get", "post", "put", "patch", "delete"}
#: What strangers may send: codes, and the wish to be let in.
OPEN_WRITES = ("/session", "/pair", "/registrations", "/pairings", "/collect", "/proof")


@pytest.fixture(scope="module")
def description(organiser: Organiser) -> Any:
    return organiser.get("/openapi.json")


def operations(description: Any) -> list[tuple[str, str, Any]]:
    return [
        (path, method, operation)
        for path, item in description["paths"].items()
        for method, operation in item.items()
        if method in METHODS
    ]


def test_every_operation_says_what_it_does(description: Any) -> None:
    """It should have a summary, a description and a tag that is itself described."""
    tags = {tag["name"] for tag in description["tags"]}
    assert len(operations(description)) > 45
    for path, method, operation in operations(description):
        assert operation["summary"], (path, method)
        assert operation["description"], (path, method)
        assert set(operation["tags"]) <= tags, (path, method)
        assert path.startswith("/api/v1/")


def test_every_refusal_is_documented_as_a_problem(description: Any) -> None:
    """It should describe errors as problem bodies, and sign-in errors wherever a role is needed."""
    for path, method, operation in operations(description):
        documented = {code for code in operation["responses"] if code >= "400"}
        for code in documented - {"422"}:
            content = operation["responses"][code]["content"]
            assert "application/problem+json" in content, (path, method, code)
        if method != "get" and not path.endswith(OPEN_WRITES):
            assert {"401", "403"} <= documented, (path, method)


def test_every_answer_has_a_model(description: Any) -> None:
    """It should say what a success holds, but for pictures, streams and empty answers."""
    for path, method, operation in operations(description):
        for code, answer in operation["responses"].items():
            if code in {"200", "201"}:
                schemas = [each.get("schema", {}) for each in answer.get("content", {}).values()]
                is_typed = any("$ref" in each or "items" in each for each in schemas)
                is_bytes = "application/json" not in answer["content"]
                assert is_typed or is_bytes, (path, method, answer)


def test_every_code_of_the_rules_has_a_fitting_status() -> None:
    """It should map each refusal that the rules can make to 404, 409 or 422."""
    found = set()
    for module in Path(rules.__path__[0]).rglob("*.py"):
        parts = module.read_text(encoding="utf-8").split("RuleViolation(")[1:]
        found |= {part.split('"')[1] for part in parts if part.lstrip().startswith('"')}
    assert len(found) > 20
    for code in found:
        assert status_of(code) in {404, 409, 422}, code
    assert status_of("unknown_heat") == 404
    assert status_of("heat_running") == 409
    assert status_of("option_out_of_range") == 422


def test_problems_for_what_is_nowhere(organiser: Organiser) -> None:
    """It should answer unknown addresses and methods with problem bodies, and safe headers."""
    problem = organiser.refusal("/nothing", method="GET")
    assert (problem["status"], problem["code"]) == (404, "not_found")
    problem = organiser.refusal("/health", method="DELETE")
    assert (problem["status"], problem["code"]) == (405, "method_not_allowed")
    headers = organiser.http.get("/health").headers
    assert headers["x-content-type-options"] == "nosniff"
    assert "default-src 'none'" in headers["content-security-policy"]
    assert "server" not in headers
    page = organiser.http.get(organiser.url.removesuffix("/api/v1") + "/")
    assert page.status_code == 200
    assert "script-src 'self' 'sha256-" in page.headers["content-security-policy"]


@pytest.mark.parametrize(
    ("path", "body", "where"),
    [
        ("/drivers", {"name": ""}, "name"),
        ("/drivers", {"name": "x" * 41}, "name"),
        ("/drivers", {"name": "evil\u202egnp"}, "name"),
        ("/drivers", {"name": "line\nbreak"}, "name"),
        ("/drivers", {"name": "Fine", "colour": "red"}, "colour"),
        ("/drivers", {"name": "Fine", "surname": "No"}, "surname"),
        ("/events", {"name": "Fine", "time_zone": "Mars/Olympus"}, "time_zone"),
        ("/cars", {"name": "Fine", "car_id": "no spaces"}, "car_id"),
        ("/credentials", {"principal": "x", "role": "king"}, "role"),
    ],
)
def test_a_wrong_field_is_named(organiser: Organiser, path: str, body: Any, where: str) -> None:
    """It should say which field is wrong and why, in one sentence."""
    problem = organiser.refusal(path, body)
    assert (problem["status"], problem["code"]) == (422, "invalid_request")
    assert problem["params"]["where"] == where
    assert problem["detail"].count("\n") == 0


def test_an_idempotency_key_must_be_one(organiser: Organiser) -> None:
    """It should refuse empty and endless keys."""
    for key in ("", "x" * 129, "with space"):
        problem = organiser.refusal("/drivers", {"name": "Fine"}, **{"Idempotency-Key": key})
        assert problem["status"] == 422, key
