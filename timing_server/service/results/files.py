"""Models and tracks that a bundle carries, so that its virtual runs can be driven again anywhere.

models/{sha256}.onnx    a model, under the hash of its bytes; it is its driver's, so that it
                        goes along only where the organiser says so
tracks/{sha256}.track   a track that is no design, under the hash of its line, width and ground
"""

import re
from collections.abc import Callable, Collection

from timing_server.contract.server.tracks import MAX_FILE_BYTES
from timing_server.rules.state.event import EventState
from timing_server.service.results.errors import BundleTooLargeError

_MIB = 1024 * 1024
_MODEL = re.compile(r"models/[0-9a-f]{64}\.onnx")
_TRACK = re.compile(r"tracks/[0-9a-f]{64}\.track")
#: A league's season has some hundred; a model of the usual kind is 0.1 to 6 MB.
MOST_FILES = 1000
MOST_FILES_BYTES = 512 * _MIB
MODEL_CAP_BYTES = 256 * _MIB

#: Finds a model's file or a track's document by its hash; None where there is none.
FindModel = Callable[[str], bytes | None]
FindTrack = Callable[[str], bytes | None]


def cap_of(name: str) -> int | None:
    """Return how many bytes a file of that name may have, None where a bundle has no such file."""
    if is_model(name):
        return MODEL_CAP_BYTES
    return MAX_FILE_BYTES if _TRACK.fullmatch(name) else None


def is_model(name: str) -> bool:
    """Whether a bundle's member of that name is a model."""
    return _MODEL.fullmatch(name) is not None


def model_member(sha256: str) -> str:
    """Return what a bundle calls a model's file."""
    return f"models/{sha256}.onnx"


def track_member(sha256: str) -> str:
    """Return what a bundle calls a track's file."""
    return f"tracks/{sha256}.track"


def files_of(
    state: EventState, model: FindModel, track: FindTrack, *, with_models: bool
) -> dict[str, bytes]:
    """Return the files that an event's virtual runs need, and its real tracks, as far as here.

    A virtual track that nobody has driven on stays at home: it may be a secret still. Raises
    BundleTooLargeError.
    """
    runs = [each.run for each in state.submissions.values() if each.run is not None]
    laid = {each.laid.sha256 for each in state.stages.values() if each.laid is not None}
    found = {track_member(sha256): track(sha256) for sha256 in sorted(laid)}
    for run in runs:
        name = track_member(run.track_sha256)
        if name not in found:
            found[name] = track(run.track_sha256)
        name = model_member(run.model_sha256)
        if with_models and name not in found:
            found[name] = model(run.model_sha256)
    files = {name: content for name, content in found.items() if content is not None}
    if len(files) > MOST_FILES or sum(map(len, files.values())) > MOST_FILES_BYTES:
        raise BundleTooLargeError(
            f"The models and tracks are more than a bundle may hold ({MOST_FILES} files, "
            f"{MOST_FILES_BYTES // _MIB} MiB): leave the models out, and hand them on as files."
        )
    return files


def told_of(files: Collection[str]) -> str:
    """Return how many files go along, as it follows a count of facts; nothing where none do."""
    models_n = sum(map(is_model, files))
    return f", {models_n} models, {len(files) - models_n} tracks" if files else ""
