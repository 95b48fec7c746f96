"""Any request that the description allows, and many that it doesn't, at a real server.

Schemathesis makes the requests from the server's own OpenAPI document: no answer may be a 5xx, and
none may have a status that isn't described. Once with made-up ids, once with those of a real event,
so that the rules behind the look-up are reached as well.
"""

from collections.abc import Iterator
from typing import Any

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis.checks import not_a_server_error
from schemathesis.core.result import Ok
from schemathesis.specs.openapi.checks import status_code_conformance

from tests.thoroughness import share_of_examples
from tests.timing_server.web.live_server import Organiser, organising

#: A few of each operation in every run of the tests, many by 'make soak'.
EXAMPLES = share_of_examples(0.08)
#: Whose routes begin like this; all others are asked as the organiser.
DEVICE_ROUTES = {
    "node_id": ("/api/v1/nodes/{node_id}/",),
    "car_id": ("/api/v1/cars/{car_id}/telemetry", "/api/v1/cars/{car_id}/frame"),
    "venue": ("/api/v1/venue/",),
}
NODE_ID, CAR_ID = "node-1", "car-1"
#: Streams last for ever.
STREAMS = r"/live$"
CHECKS = [not_a_server_error, status_code_conformance]

_bounded = settings(
    max_examples=EXAMPLES,
    deadline=None,
    derandomize=True,
    database=None,
    phases=(Phase.explicit, Phase.generate),
    suppress_health_check=list(HealthCheck),
)


pytestmark = pytest.mark.hypothesis


@schemathesis.serializer("application/zip")
def as_they_are(_context: Any, value: Any) -> Any:
    """Send made-up bytes as an upload."""
    return value if isinstance(value, bytes) else str(value).encode()


class Target:
    """A server with one open event under way, and the ids by which it can be asked."""

    def __init__(self, organiser: Organiser) -> None:
        self.organiser = organiser
        self.tokens = {
            "node_id": organiser.token("node", NODE_ID),
            "car_id": organiser.token("car", CAR_ID),
            "venue": organiser.token("tracker", "tracker-1"),
        }
        plan = organiser.plan(drivers=2)
        self.path = plan["path"]
        heat_id = organiser.start_next(plan)
        passed = organiser.post(f"{self.path}/heats/{heat_id}/passes", {"reason": "seen"})
        team_id = organiser.post("/teams", {"name": "Tin Tortoises"})["team_id"]
        self.known = {
            "event_id": plan["event_id"],
            "stage_id": plan["stage_id"],
            "heat_id": heat_id,
            "entry_id": plan["entries"][0],
            "driver_id": organiser.get("/drivers")[0]["driver_id"],
            "ruling_id": passed["ruling_id"],
            "pass_ref": passed["pass_ref"],
            "season_id": organiser.post("/seasons", {"name": "Spring"})["season_id"],
            "team_id": team_id,
            "car_id": CAR_ID,
            "node_id": NODE_ID,
        }
        description = organiser.get("/openapi.json")
        described = schemathesis.openapi.from_dict(description).exclude(path_regex=STREAMS)
        found = list(described.get_all_operations())
        assert all(isinstance(each, Ok) for each in found), found
        self.operations = [each.ok() for each in found if isinstance(each, Ok)]

    def answers_all(self, known: dict[str, str]) -> list[str]:
        """Ask every operation a number of things; returns what was wrong, by operation."""
        with requests.Session() as session:
            found = (self._ask(each, known, session) for each in self.operations)
            return [each for each in found if each is not None]

    def _ask(self, operation: Any, known: dict[str, str], session: Any) -> str | None:
        # An earlier question may have closed the event, as an organiser can.
        self.organiser.http.post(f"{self.path}/open")

        @_bounded
        @given(case=operation.as_strategy())
        def ask(case: Any) -> None:
            for part in (case.path_parameters, case.body):
                if isinstance(part, dict):
                    part.update({name: known[name] for name in part if name in known})
            case.call_and_validate(
                base_url=self.organiser.url.removesuffix("/api/v1"),
                headers=self._headers(case.path),
                session=session,
                checks=CHECKS,
            )

        try:
            ask()
        except (AssertionError, BaseExceptionGroup) as error:
            return f"{operation.label}: {error}"
        return None

    def _headers(self, path: str) -> dict[str, str]:
        """Speak as the device that a route is for, and as the organiser to all others."""
        for name, token in self.tokens.items():
            if path.startswith(DEVICE_ROUTES[name]):
                return {"Authorization": f"Bearer {token}"}
        return {"Authorization": str(self.organiser.http.headers["Authorization"])}


@pytest.fixture(scope="module")
def target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    folder = tmp_path_factory.mktemp("fuzzed")
    with organising(folder) as organiser:
        yield Target(organiser)
        # Whatever was asked of it, it still answers.
        assert organiser.get("/health")["version"]


def test_no_request_breaks_the_server(target: Target) -> None:
    """It should answer anything with a described status."""
    assert len(target.operations) > 100
    assert "\n".join(target.answers_all({})) == ""


def test_no_request_about_a_real_event_breaks_it(target: Target) -> None:
    """It should answer anything asked of an event that exists with a described status."""
    assert "\n".join(target.answers_all(target.known)) == ""
