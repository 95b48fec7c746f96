"""Race control in a browser, logged in, over a scripted server: what its tests begin with."""

from contextlib import AbstractContextManager
from typing import Any

from playwright.sync_api import Locator, Page, expect

from tests.e2e.feed_server import LOGIN_CODE, FeedServer, on_the_wire
from timing_server.contract.live.document import EventView
from timing_server.contract.race.plan import StartList
from timing_server.contract.server.status import NodeStatus
from timing_server.formats.presets import PRESETS
from timing_server.formats.registry import FORMATS
from timing_server.rules.facts.options import HeatOptions
from timing_server.rules.state.plan import Stage
from timing_server.rules.units import StageId
from timing_server.web.plan.stage_options import stage_row
from timing_server.web.race.formats import format_view, preset_view

EVENT = "/events/ev1"
CARS = [{"car_id": "car-1", "name": "Swift One", "colour": "#38bdf8", "telemetry": None}]
DRIVERS = [{"driver_id": "d1", "name": "Bolt Lightfoot", "colour": "#f97316"}]
PRESET_VIEWS = [preset_view(each).model_dump(mode="json") for each in PRESETS.values()]
TOKEN = "Xx9_" * 10 + "abc"
STAGE = Stage(StageId("s1"), "Time trial", "time_trial", HeatOptions())
STAGE_ROW = stage_row(STAGE).model_dump(mode="json")
START_LIST = StartList(stage_id="s1", title="Time trial", time_zone="UTC", heats=()).model_dump()


def node_status(**changes: Any) -> dict[str, Any]:
    """Return a node that is heard and well, but for what is changed."""
    well = NodeStatus(
        node_id="node-finish",
        acked_seq=7,
        heard_us=1,
        bound_us=40,
        version="1",
        pin_factory="lgpio",
        gates=("finish",),
        silent_s=2,
    )
    return well.model_copy(update=changes).model_dump(mode="json")


def open_control(page: Page, feed: FeedServer, view: EventView | None, tab: str = "") -> None:
    """Open race control logged in; ``tab`` is a fragment such as '#plan'."""
    feed.is_open_door = False
    feed.view = view
    feed.event_id = view.event_id if view else None
    feed.reads |= {
        "/events": [{"event_id": "ev1", "name": "Autumn Time Trial"}],
        "/drivers": DRIVERS,
        "/cars": CARS,
        "/cars/car-1": CARS[0],
        "/formats": [format_view(each).model_dump() for each in FORMATS.values()],
        "/credentials": [
            {"credential_id": "c1", "principal": "node-finish", "role": "node", "kind": "token"}
        ],
        "/nodes": [node_status()],
        "/events/ev1/entries": [],
        "/events/ev1/stages": [STAGE_ROW],
        "/events/ev1/stages/s1/start-list": START_LIST,
        "/teams": [],
        "/models": [],
        "/presets": PRESET_VIEWS,
        "/events/ev1/marks/sheet": {"numbers": [7], "is_printable": True},
        "/events/ev1/marks": [{"mark": "tag-7", "car_id": "car-1"}],
        "/events/ev1/heats": [],
    }
    if view is not None:
        feed.reads["/events/ev1/view"] = {"seq": 1, "now_us": 0, "view": on_the_wire(view)}
    page.goto(f"{feed.url}/control#code={LOGIN_CODE}")
    expect(page.get_by_role("link", name="Race", exact=True)).to_be_visible()
    if tab:
        page.goto(f"{feed.url}/control{tab}")


def answered(page: Page) -> AbstractContextManager[Any]:
    """Wait, at the end of what is done within, for the answer to a command that it sends.

    That the page says something isn't enough to go by: it may still tell of the one before.
    """
    return page.expect_response(lambda answer: answer.request.method == "POST")


def press(button: Locator) -> None:
    """Press a button and see its command answered."""
    with answered(button.page):
        button.click()


def sent_to(feed: FeedServer, path: str) -> Any:
    """Return the body of the newest command to a path."""
    return [each.body for each in feed.commands if each.path == path][-1]
