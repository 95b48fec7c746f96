"""What is known of a pass beyond its instant: raw edges around it, and a camera's frames.

A frame that comes in is decoded and written anew, so that what marshals open is a picture and
nothing else.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass
from threading import Lock
from typing import Protocol

from PIL import Image
from pydantic import TypeAdapter

from timing_server.contract.machines.frames import EdgeRow, FrameRow, PassEvidence
from timing_server.contract.machines.journal import EdgeRecord, Record
from timing_server.rules.facts.sensors import PassDetected
from timing_server.rules.units import NS_PER_S, NS_PER_US, JournalId, NodeId
from timing_server.service.errors import UnknownIdError
from timing_server.service.people.errors import PictureTooLargeError, PictureUnreadableError
from timing_server.service.pictures.redrawn import UNREADABLE
from timing_server.service.ports import Store

MAX_PIXELS = 4_000_000
_QUALITY = 80
#: Raw edges further away belong to other passes.
EDGES_WITHIN_NS = NS_PER_S
#: Records on both sides of a pass in its journal in which its edges are looked for.
_EDGES_WITHIN_SEQS = 400
_record_of: TypeAdapter[Record] = TypeAdapter(Record)


@dataclass(frozen=True, slots=True)
class PassKey:
    """Which pass: record ``seq`` of a node's journal."""

    node_id: NodeId
    journal_id: JournalId
    seq: int


@dataclass(frozen=True, slots=True)
class Frame:
    """A frame's place among its pass's frames, and its instant less the first edge's."""

    index: int
    offset_us: int


class FrameStore(Protocol):
    """Where frames are kept. Errors are StorageFailedError."""

    def put(self, key: PassKey, frame: Frame, content: bytes) -> None:
        """Keep a frame; one that is there under the same index is replaced."""

    def all_of(self, key: PassKey) -> Sequence[Frame]:
        """Return the frames of a pass, by index."""

    def read(self, key: PassKey, index: int) -> bytes | None:
        """Return one frame as a JPEG, None where there is none."""


class PhotoFinish:
    """Takes and hands out what cameras saw. All of it reads or writes files: not for the loop."""

    def __init__(self, frames: FrameStore, store: Store) -> None:
        self._frames = frames
        self._store = store
        self._decoding = Lock()

    def put(self, key: PassKey, frame: Frame, content: bytes) -> None:
        """Keep a frame. Raises PictureUnreadableError, PictureTooLargeError, StorageFailedError."""
        self._frames.put(key, frame, self.written_anew(content))

    def written_anew(self, content: bytes) -> bytes:
        """Return a camera's JPEG as one of this server's, whoever sends how many at a time.

        Raises PictureUnreadableError, PictureTooLargeError.
        """
        with self._decoding:
            return plain_jpeg(content)

    def read(self, fact: PassDetected, index: int) -> bytes:
        """Return a frame of a pass as a JPEG. Raises UnknownIdError."""
        found = self._frames.read(_key_of(fact), index)
        if found is None:
            raise UnknownIdError("frame", str(index))
        return found

    def evidence(self, pass_ref: str, fact: PassDetected) -> PassEvidence:
        """Return what sensors and cameras recorded around a pass."""
        frames = self._frames.all_of(_key_of(fact))
        return PassEvidence(
            pass_ref=pass_ref,
            node_id=fact.node_id,
            gate=fact.gate,
            edges=tuple(self._edges(fact)),
            frames=tuple(FrameRow(index=each.index, offset_us=each.offset_us) for each in frames),
        )

    def _edges(self, fact: PassDetected) -> list[EdgeRow]:
        first_seq = max(1, fact.seq - _EDGES_WITHIN_SEQS)
        found = self._store.records_between(
            fact.node_id, fact.journal_id, first_seq, fact.seq + _EDGES_WITHIN_SEQS, "edge"
        )
        edges = [_record_of.validate_json(each.content) for each in found]
        near = [
            edge
            for edge in edges
            if isinstance(edge, EdgeRecord)
            and (edge.gate, edge.boot_id) == (fact.gate, fact.boot_id)
            and abs(edge.mono_ns - fact.mono_ns) <= EDGES_WITHIN_NS
        ]
        near.sort(key=lambda edge: edge.mono_ns)
        return [
            EdgeRow(
                sensor=edge.sensor,
                level=edge.level,
                offset_us=(edge.mono_ns - fact.mono_ns) // NS_PER_US,
            )
            for edge in near
        ]


def plain_jpeg(content: bytes) -> bytes:
    """Return a JPEG's picture as a fresh JPEG, with none of the notes that stood beside it.

    Raises PictureTooLargeError before anything is decoded, PictureUnreadableError.
    """
    try:
        with Image.open(io.BytesIO(content), formats=("JPEG",)) as image:
            _check_size(image)
            pixels = image.convert("L" if image.mode == "L" else "RGB")
    except PictureTooLargeError:
        raise
    except (*UNREADABLE, Image.DecompressionBombError) as error:
        raise PictureUnreadableError("Send a frame as a JPEG picture.") from error
    fresh = Image.new(pixels.mode, pixels.size)
    fresh.paste(pixels)
    file = io.BytesIO()
    fresh.save(file, "JPEG", quality=_QUALITY)
    return file.getvalue()


def _check_size(image: Image.Image) -> None:
    if image.width * image.height > MAX_PIXELS:
        most = MAX_PIXELS // 1_000_000
        raise PictureTooLargeError(f"A frame may have at most {most} million pixels.")


def _key_of(fact: PassDetected) -> PassKey:
    return PassKey(fact.node_id, fact.journal_id, fact.seq)
