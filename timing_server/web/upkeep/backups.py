"""Routes for backups: those after each heat, one by hand, and to carry one away."""

import asyncio
from datetime import UTC, datetime

from starlette.responses import FileResponse

from timing_server.contract.server.upkeep import BackupFile, BackupList
from timing_server.service.backups import BackupStatus, SnapshotFile
from timing_server.service.errors import UnknownIdError
from timing_server.web.asking import IdInPath
from timing_server.web.auth import AnyKit, Organiser
from timing_server.web.problems import refusals
from timing_server.web.routing import ApiRouter

router = ApiRouter(tags=["server"])
_SQLITE = "application/vnd.sqlite3"


@router.get("/backups", summary="List backups", responses=refusals(401, 403))
async def list_backups(kit: AnyKit, _who: Organiser) -> BackupList:
    """Newest first. One is taken after each heat; the newest of those are kept."""
    return _list(await asyncio.to_thread(kit.backups.status))


@router.post(
    "/backups", summary="Take a backup now", status_code=201, responses=refusals(401, 403, 503)
)
async def take_backup(kit: AnyKit, _who: Organiser) -> BackupFile:
    """A consistent copy of everything committed, while the race goes on."""
    name = await asyncio.to_thread(kit.backups.take_now)
    files = await asyncio.to_thread(kit.backups.snapshots.all)
    return _file(next(each for each in files if each.name == name))


@router.get(
    "/backups/{name}",
    summary="Fetch a backup",
    response_class=FileResponse,
    responses=refusals(401, 403, 404) | {200: {"content": {_SQLITE: {}}}},
)
async def fetch_backup(name: IdInPath, kit: AnyKit, _who: Organiser) -> FileResponse:
    """One file; put it back with `paddock restore`. It holds names: keep it to yourself."""
    path = await asyncio.to_thread(kit.backups.snapshots.path_of, name)
    if path is None:
        raise UnknownIdError("backup", name)
    return FileResponse(path, media_type=_SQLITE, filename=f"paddock-{name}")


def _list(status: BackupStatus) -> BackupList:
    return BackupList(backups=tuple(_file(each) for each in status.files), failure=status.failure)


def _file(each: SnapshotFile) -> BackupFile:
    made = datetime.fromtimestamp(each.made_s, UTC)
    return BackupFile(name=each.name, bytes_n=each.bytes_n, made_utc=made.isoformat())
