"""Virtual races put together: what routes need of them."""

from dataclasses import dataclass

from timing_server.service.access import Secrets
from timing_server.service.log.writer import Writer
from timing_server.service.models.ports import ModelFolder
from timing_server.service.office import Office
from timing_server.service.ports import NewId
from timing_server.service.virtual.leases import Leases
from timing_server.service.virtual.proofs import Proofs
from timing_server.service.virtual.stages import VirtualStages
from timing_server.service.virtual.submissions import Submissions
from timing_server.service.virtual.work import WorkQueue


@dataclass(frozen=True, slots=True)
class VirtualRoom:
    """Stages, submissions, the queue as workers see it, the leases of those that drive, proofs."""

    stages: VirtualStages
    submissions: Submissions
    work: WorkQueue
    leases: Leases
    proofs: Proofs


def virtual_room(
    writer: Writer,
    office: Office,
    folder: ModelFolder,
    secrets: Secrets,
    new_id: NewId,
    proofs: Proofs,
) -> VirtualRoom:
    """Return the room over a server's writer."""
    leases = Leases()
    return VirtualRoom(
        stages=VirtualStages(writer, office, secrets),
        submissions=Submissions(office, leases, new_id),
        work=WorkQueue(writer, folder, leases, new_id),
        leases=leases,
        proofs=proofs,
    )
