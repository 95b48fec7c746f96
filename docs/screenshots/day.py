"""The day under way: the event's ids, who is who by number, and what is done heat after heat."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from docs.screenshots.field import NUMBER_OF
from docs.screenshots.venue import Venue


@dataclass(slots=True)
class Day:
    """The event under way: its ids, and who is who by number."""

    venue: Venue
    event_id: str = ""
    stages: dict[str, str] = field(default_factory=dict)
    entries: dict[int, str] = field(default_factory=dict)
    drivers: dict[int, str] = field(default_factory=dict)
    #: The heat at the line or on track, or the last one; and that of the quickest car.
    heat_id: str = ""
    quickest_heat_id: str = ""
    console_url: str = ""
    #: The league that is driven online, and its stage.
    virtual_event_id: str = ""
    virtual_stage_id: str = ""
    #: Who is in the semi-final on track, and when it began.
    semi_final: tuple[int, ...] = ()
    semi_final_ns: int = 0

    @property
    def path(self) -> str:
        """Where the interface has the event."""
        return f"/events/{self.event_id}"

    def names(self) -> Mapping[str, str]:
        """Return what an address may name."""
        return {
            "event_id": self.event_id,
            "quickest_heat_id": self.quickest_heat_id,
            "console": self.console_url,
            "virtual_stage_id": self.virtual_stage_id,
        }

    def get(self, path: str) -> Any:
        """Read something of the event."""
        return self.venue.api.get(f"{self.path}{path}")

    def post(self, path: str, body: Any = None) -> Any:
        """Send a command of the event."""
        return self.venue.api.post(f"{self.path}{path}", body)

    def call(self) -> list[int]:
        """Call the next heat to the line; returns the numbers of its entries, lanes in order."""
        self.heat_id = str(self.post("/next")["heat_id"])
        (heat,) = (each for each in self.get("/heats") if each["heat_id"] == self.heat_id)
        by_id = {entry_id: number for number, entry_id in self.entries.items()}
        return [by_id[each] for each in heat["entry_ids"]]

    def start(self) -> None:
        """Let the called heat drive."""
        self.post(f"/heats/{self.heat_id}/start")

    def stop(self) -> None:
        """End the heat."""
        self.post(f"/heats/{self.heat_id}/stop")

    def equip(self, number: int) -> None:
        """Put the car on the run of the called heat, with the model that it has loaded."""
        (car_id,) = (each for each, its in NUMBER_OF.items() if its == number)
        model = self.venue.model_of(car_id)
        body = {"entry_id": self.entries[number], "car_id": car_id, "model_sha256": model}
        self.post(f"/heats/{self.heat_id}/equip", body)

    def drive_laps(self, laps_n: int) -> None:
        """Wait until the car on track has closed so many laps."""
        path = f"/heats/{self.heat_id}/sheet"

        def has_driven() -> bool:
            runs = self.get(path)["runs"]
            return bool(runs) and len(runs[0]["laps"]) >= laps_n

        self.venue.until(has_driven, f"{laps_n} laps")

    def report_in_time(self, passes: Sequence[tuple[int, str]]) -> None:
        """Report passes, instants and gates, each when it has happened."""
        for at_ns, gate in sorted(passes):
            self._wait_for(at_ns)
            self.venue.desk.report([(at_ns, gate)])

    def _wait_for(self, at_ns: int) -> None:
        self.venue.until(lambda: self.venue.desk.now_ns() >= at_ns, "a pass")
