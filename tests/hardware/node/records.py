"""Drafts of records for the node's tests."""

from datetime import UTC, datetime
from functools import partial

from hardware.node.journal import Draft
from timing_server.contract.machines.journal import EdgeRecord, Level, PassRecord

BOOT_ID = "11111111-1111-4111-8111-111111111111"
OTHER_BOOT_ID = "22222222-2222-4222-8222-222222222222"
WALL_UTC = datetime(2026, 3, 1, 12, tzinfo=UTC)


def edge_draft(
    mono_ns: int, level: Level = 1, gate: str = "finish", boot_id: str = BOOT_ID
) -> Draft:
    return partial(
        EdgeRecord,
        boot_id=boot_id,
        mono_ns=mono_ns,
        wall_utc=WALL_UTC,
        gate=gate,
        sensor="beam",
        level=level,
    )


def pass_draft(mono_ns: int, gate: str = "finish", boot_id: str = BOOT_ID) -> Draft:
    return partial(
        PassRecord,
        boot_id=boot_id,
        mono_ns=mono_ns,
        wall_utc=WALL_UTC,
        gate=gate,
        edges=1,
        sensors=("beam",),
    )
