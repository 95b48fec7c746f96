"""A record as a car writes it, for tests of who reads it."""

from collections.abc import Callable
from io import BytesIO
from pathlib import Path

from mcap.writer import CompressionType, Writer

from timing_server.contract.blackbox.rows import (
    ABOUT,
    END,
    PICTURE_SCHEMA_NAME,
    PICTURES,
    TOPICS,
    ActionLabel,
    ClockRelation,
    Drive,
    Pose,
    RecordAbout,
    RunFigures,
    Wheels,
    pack_picture,
)

PERIOD_NS = 50_000_000
JPEG = b"\xff\xd8\xff\xe0 not much of a picture \xff\xd9"
BOOT_ID = "33333333-3333-4333-8333-333333333333"


def about(
    event_id: str = "v1", heat_id: str = "h1", entry_id: str = "e1", car_id: str = "red"
) -> RecordAbout:
    """Return what a record is of."""
    return RecordAbout(
        event_id=event_id,
        heat_id=heat_id,
        entry_id=entry_id,
        car_id=car_id,
        boot_id=BOOT_ID,
        began_mono_ns=0,
        wall_utc="2026-01-01T00:00:00+00:00",
        release="1",
        model_name="Wild Goose",
        model_sha256="ab" * 32,
        actions=(
            ActionLabel(steering_deg=-20, speed_mps=1),
            ActionLabel(steering_deg=20, speed_mps=2),
        ),
    )


def write_record(
    frames: int = 20,
    of: RecordAbout | None = None,
    race_offset_ns: int | None = 1_000_000_000,
    jpeg: Callable[[int], bytes] = lambda _: JPEG,
    compression: CompressionType = CompressionType.NONE,
    begin_ns: int = 0,
    pose: Callable[[int], Pose] | None = None,
) -> bytes:
    """Return the bytes of a record of so many frames, one each 50 ms, chunks of a few frames.

    ``pose`` tells where the car was at a frame's instant, as a simulation knows it.
    """
    file = BytesIO()
    writer = Writer(file, chunk_size=4096, compression=compression)
    writer.start(profile="paddock", library="test")
    of = of or about()
    writer.add_metadata(ABOUT, {"about": of.model_dump_json()})
    channels = {
        topic: writer.register_channel(
            topic, "json", writer.register_schema(name, "jsonschema", b"{}")
        )
        for name, topic in [
            (PICTURE_SCHEMA_NAME, PICTURES),
            *((kind.__name__, topic) for kind, topic in TOPICS.items()),
        ]
    }

    def add(topic: str, content: bytes, mono_ns: int) -> None:
        writer.add_message(channels[topic], mono_ns, content, mono_ns)

    if race_offset_ns is not None:
        row = ClockRelation(race_offset_ns=race_offset_ns, bound_ns=2_000_000)
        add("/clock", row.model_dump_json().encode(), begin_ns)
    for seq in range(frames):
        mono_ns = begin_ns + seq * PERIOD_NS
        add(PICTURES, pack_picture(jpeg(seq), seq, mono_ns), mono_ns)
        if pose is not None:
            add("/pose", pose(seq).model_dump_json().encode(), mono_ns)
        drive = Drive(
            frame_seq=seq,
            capture_mono_ns=mono_ns,
            issued_mono_ns=mono_ns + 9_000_000,
            frame_age_us=9_000,
            inference_us=4_000,
            steering_frac=0.5,
            throttle_frac=0.25,
            is_taken=True,
            action=seq % 2,
            probabilities=(0.25, 0.75),
        )
        add("/drive", drive.model_dump_json().encode(), mono_ns + 9_000_000)
        wheels = Wheels(
            capture_mono_ns=mono_ns, done_mono_ns=mono_ns + 11_000_000, latency_us=11_000
        )
        add("/wheels", wheels.model_dump_json().encode(), mono_ns + 11_000_000)
    end = RunFigures(heat_id=of.heat_id, frames=frames, commands=frames, is_over=True)
    writer.add_metadata(END, {"figures": end.model_dump_json()})
    writer.finish()  # type: ignore[no-untyped-call]
    return file.getvalue()


def write_file(path: Path, content: bytes) -> Path:
    """Write and return the path."""
    path.write_bytes(content)
    return path
