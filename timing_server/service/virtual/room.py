"""Virtual races put together: what routes need of them."""

from collections.abc import Callable
from dataclasses import dataclass

from timing_server.service.access import Secrets
from timing_server.service.devices.device_board import DeviceBoard
from timing_server.service.log.writer import Writer
from timing_server.service.models.ports import ModelFolder
from timing_server.service.office import Office
from timing_server.service.ports import NewId
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.proofs import Proofs
from timing_server.service.virtual.shows.keeping import ShowKeeper
from timing_server.service.virtual.shows.shows import Shows
from timing_server.service.virtual.stages import VirtualStages
from timing_server.service.virtual.submissions import Submissions
from timing_server.service.virtual.told import Told
from timing_server.service.virtual.work import WorkQueue

#: Phones of a whole hall ask every few seconds, and a race goes on beside it.
LEAGUES_LIFE_S = 1.0
NEAREST_LIFE_S = 5.0


@dataclass(frozen=True, slots=True)
class VirtualRoom:
    """Stages, submissions, the queue as workers see it, leases, proofs, shows."""

    stages: VirtualStages
    submissions: Submissions
    work: WorkQueue
    leases: Leases
    proofs: Proofs
    shows: Shows
    keeper: ShowKeeper
    #: What everybody sees of virtual races, and the ranking from virtual to real, as JSON.
    leagues: Told
    nearest: Told


def virtual_room(
    writer: Writer,
    office: Office,
    folder: ModelFolder,
    secrets: Secrets,
    new_id: NewId,
    proofs: Proofs,
    shown_on: tuple[DeviceBoard, Callable[[], int]],
) -> VirtualRoom:
    """Return the room over a server's writer; ``shown_on``: the board of devices, and its clock."""
    leases = Leases()
    board, now_ns = shown_on
    work = WorkQueue(writer, folder, leases, new_id)
    shows = Shows(writer, office, folder, board, leases, new_id)
    return VirtualRoom(
        stages=VirtualStages(writer, office, secrets),
        submissions=Submissions(office, leases, new_id),
        work=work,
        leases=leases,
        proofs=proofs,
        shows=shows,
        keeper=ShowKeeper(shows, work, office, board, leases, writer, now_ns),
        leagues=Told(LEAGUES_LIFE_S, now_ns),
        nearest=Told(NEAREST_LIFE_S, now_ns),
    )
