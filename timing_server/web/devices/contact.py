"""A car's word that it ran out of leave to drive, from its telemetry into the log."""

from timing_server.contract.machines.driving import Token
from timing_server.rules.commands.driving import NoteContactLost
from timing_server.rules.units import EntryId, EventId, HeatId
from timing_server.service.entities import Credential
from timing_server.service.kit import Kit
from timing_server.service.live.heats.orders import heat_order
from timing_server.service.office import Caller
from timing_server.web.asking import answer


async def note_contact_lost(kit: Kit, who: Credential, car_id: str, lease_id: Token) -> None:
    """Hold the car where that lease still stands; of an older go nobody needs to know any more."""
    event = kit.writer.known.venue.open_event
    if event is None:
        return
    order = heat_order(await kit.state_of(event.event_id))
    run = order.run_of(car_id)
    if run is None or order.heat_id is None or run.lease_id != lease_id:
        return
    command = NoteContactLost(HeatId(order.heat_id), EntryId(run.entry_id))
    caller = Caller(f"car:{who.principal}")
    await answer(kit.office.command(caller, EventId(event.event_id), command))
