"""A venue in the middle of a day, on the real server: raced, ruled, protested, and racing on."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from tests.e2e.browsing import page_url
from tests.timing_server.web.fleet.driven import driven_heat
from tests.timing_server.web.live_server import Node, Organiser, organising
from tests.timing_server.web.marshal.raced import race_two_heats

REGISTRATION = {"name": "Wilhelmina Apexhausen", "nickname": "Overcut", "shown_as": "nickname"}


@dataclass(frozen=True)
class RaceDay:
    """The venue as it is while heat 3 of its event is on track."""

    organiser: Organiser
    event_id: str
    driver_id: str
    replay: str

    def address(self, path: str, role: str | None) -> str:
        """Return where a browser opens a page, signed in by a code of the role if there is one."""
        site = page_url(self.organiser.url)
        if role is None:
            return f"{site}{path}"
        who = self.driver_id if role == "driver" else f"some-{role}"
        body = {"role": role, "principal": who}
        if role == "driver":
            body["scope"] = who
        return f"{site}{path}#code={self.organiser.post('/codes', body)['code']}"


@contextmanager
def race_day(folder: Path) -> Iterator[RaceDay]:
    """Serve such a day from a folder of its own."""
    (folder / "car").mkdir()
    with organising(folder / "server") as organiser:
        with driven_heat(organiser, folder / "car") as driven:
            driven.handover.work()
            replay = f"/replay?event={driven.plan['event_id']}&heat={driven.heat_id}"
        yield _in_the_middle(organiser, replay)


def _in_the_middle(organiser: Organiser, replay: str) -> RaceDay:
    raced = race_two_heats(organiser)
    event_id = raced.path.removeprefix("/events/")
    raced.rule(f"/laps/{raced.refs[0][2]}/void")
    organiser.post(f"{raced.path}/registrations", REGISTRATION)
    season = {"name": "Harbour Season", "points": [10, 6], "drops_n": 0}
    season_id = organiser.post("/seasons", season)["season_id"]
    organiser.post(f"/seasons/{season_id}/events", {"event_id": event_id})
    stage_id = organiser.get(f"{raced.path}/stages")[0]["stage_id"]
    for entry_id in (*raced.entries, raced.entries[0]):
        heat = {"stage_id": stage_id, "entry_ids": [entry_id]}
        organiser.post(f"{raced.path}/heats", heat)
    entries = organiser.get(f"{raced.path}/entries")
    heat_id = organiser.post(f"{raced.path}/next")["heat_id"]
    organiser.post(f"{raced.path}/heats/{heat_id}/start")
    node = Node(organiser)
    at_ns = node.now_mono_ns()
    node.send(node.clock(), node.passing(at_ns), node.passing(at_ns + 50_000_000))
    return RaceDay(organiser, event_id, entries[0]["driver_ids"][0], replay)
