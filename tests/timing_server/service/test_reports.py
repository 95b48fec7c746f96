"""Every pass of an event, with the reason that the rules give."""

from tests.timing_server.service.desk import (
    BOOT,
    CALLER,
    EVENT,
    JOURNAL,
    NODE,
    PATIENCE_S,
    STREAM,
    Desk,
)
from timing_server.rules.commands.rulings import VoidPass
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.units import BootId, JournalId, PassRef, RulingId
from timing_server.service.reports import pass_reports as subject


def test_every_pass_is_listed_once_with_its_reason(desk: Desk) -> None:
    """It should list passes of heats, passes outside any, and those that wait for a clock."""
    desk.plan()
    desk.relate()
    desk.cross(2, desk.clock.now_ns())
    sector = PassDetected(NODE, BOOT, JOURNAL, 3, "far", desk.clock.now_ns(), None, 1, ("a",))
    unrelated = PassDetected(
        NODE, BootId("other"), JournalId("journal-2"), 1, "finish", 5, None, 1, ("a",)
    )
    desk.do(lambda draft: [draft.append(STREAM, each, "node") for each in (sector, unrelated)])
    desk.system.advance(1)
    desk.start_next()
    desk.system.advance(1)
    desk.cross(4, desk.clock.now_ns())
    void = VoidPass(RulingId("r-1"), PassRef("node-1:journal-1:3"), "a hand")
    desk.office.command(CALLER, EVENT, void).result(PATIENCE_S)
    found = [(each.pass_ref, each.heat_id, each.verdict) for each in subject(desk.state())]
    assert found == [
        ("node-1:journal-1:2", None, "no_heat_running"),
        ("node-1:journal-1:3", None, "other_gate"),
        ("node-1:journal-1:4", "heat-1", "counted"),
        ("node-1:journal-2:1", None, "no_heat_running"),
    ]
