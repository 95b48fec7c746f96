"""An event under way, as a program that runs it keeps it."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from docs.examples.client import Api, Json, TimingNode


def expect(is_so: object, what: str) -> None:
    """Stop where the day doesn't go as this example says."""
    if not is_so:
        raise RuntimeError(f"Expected that {what}.")


@dataclass(slots=True)
class Day:
    """The event under way: its ids, and who is who by number."""

    desk: Api
    node: TimingNode
    path: str
    stages: dict[str, str] = field(default_factory=dict)
    entries: dict[int, str] = field(default_factory=dict)

    def numbers(self, entry_ids: Sequence[str]) -> list[int]:
        """Return start numbers of entries."""
        by_id = {entry_id: number for number, entry_id in self.entries.items()}
        return [by_id[each] for each in entry_ids]

    def call_and_start(self) -> tuple[str, list[int]]:
        """Call the next heat to the line and let it drive; returns it and who is in it."""
        heat_id = self.desk.post(f"{self.path}/next")["heat_id"]
        self.desk.post(f"{self.path}/heats/{heat_id}/start")
        heats = {each["heat_id"]: each for each in self.desk.get(f"{self.path}/heats")}
        return heat_id, self.numbers(heats[heat_id]["entry_ids"])

    def stop(self, heat_id: str) -> None:
        """End the heat."""
        self.desk.post(f"{self.path}/heats/{heat_id}/stop")

    def passes_of(self, heat_id: str) -> list[str]:
        """Return the addresses of a heat's passes, in the order of their instants."""
        passes = self.desk.get(f"{self.path}/passes")
        return [each["pass_ref"] for each in passes if each["heat_id"] == heat_id]

    def standings(self, stage: str) -> Json:
        """Return a stage's standings, best first."""
        return self.desk.get(f"{self.path}/standings?stage_id={self.stages[stage]}")["standings"]
