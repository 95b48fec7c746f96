"""What an organiser hears of the server's upkeep: its backups."""

from timing_server.contract.base import Message


class BackupFile(Message):
    """A backup that can be fetched: ``GET /backups/{name}``. ``made_utc`` is ISO 8601."""

    name: str
    bytes_n: int
    made_utc: str


class BackupList(Message):
    """``GET /backups``: newest first; ``failure`` says why the last attempt failed, if it did."""

    backups: tuple[BackupFile, ...]
    failure: str | None
