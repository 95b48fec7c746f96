"""Archives made in tests: DeepRacer's, broken ones and hostile ones."""

import io
import json
import tarfile
from collections.abc import Mapping

#: Right, straight on, left, as in ``onnx_models.THREE_ACTIONS``.
ACTIONS = [
    {"steering_angle": -30, "speed": 1.0},
    {"steering_angle": 0, "speed": 2.0},
    {"steering_angle": 30, "speed": 1.0},
]
RANGES = {"steering_angle": {"low": -30, "high": 30}, "speed": {"low": 0.5, "high": 2.0}}


def metadata(**changes: object) -> str:
    """Return the text of a model_metadata.json with three actions."""
    return json.dumps(
        {"action_space": ACTIONS, "sensor": ["FRONT_FACING_CAMERA"], "version": "5"} | changes
    )


def packed(members: Mapping[str, bytes | str], compression: str = "gz") -> bytes:
    """Return a tar archive that holds these members, in their order."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode=f"w:{compression}") as archive:  # type: ignore[call-overload]
        for name, content in members.items():
            raw = content.encode() if isinstance(content, str) else content
            member = tarfile.TarInfo(name)
            member.size = len(raw)
            archive.addfile(member, io.BytesIO(raw))
    return buffer.getvalue()


def packed_with(member: tarfile.TarInfo) -> bytes:
    """Return an archive that holds one member without content: a link, say."""
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        archive.addfile(member)
    return buffer.getvalue()
