"""Sends what the camera said, who it was first, then the pictures, until the server has it."""

import sqlite3
import threading
from pathlib import Path

import httpx2
import structlog

from hardware.camera_gate.process.evidence import KeptWord, PassPicture
from hardware.camera_gate.process.word_box import WordBox
from timing_server.contract.machines.cameras import UNREAD_MARK, CameraHealth, CameraReport
from timing_server.contract.machines.frames import MAX_FRAMES
from timing_server.contract.machines.marks import Identification, IdentificationBatch

_log = structlog.get_logger()
_RETRY_S = 3.0
_IDLE_S = 1.0
#: Answers that no repeat will change: the report is kept on the node and passed over.
_REFUSED = frozenset({400, 404, 409, 413, 422})


class CameraUplink:
    """One thread between the box on the disk and the server."""

    def __init__(self, client: httpx2.Client, node_id: str, box: Path) -> None:
        self._client = client
        self._node_id = node_id
        self._path = box
        self._wake = threading.Event()
        self._is_closing = False
        self._thread = threading.Thread(target=self._run, name="camera-uplink", daemon=True)
        #: How it was last, set by the camera's thread; sent by this one.
        self.health: CameraHealth | None = None
        self.waiting = 0
        self._picture: bytes | None = None

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    @property
    def is_alive(self) -> bool:
        """Whether it still sends."""
        return self._thread.is_alive()

    def show(self, picture: bytes | None) -> None:
        """Send a picture to set the line in, soon and once; None sends none."""
        self._picture = picture
        self._wake.set()

    def wake(self) -> None:
        """Something was put into the box."""
        self._wake.set()

    def close(self, patience_s: float = 5.0) -> None:
        """Send what waits, where the server answers, and end."""
        self._is_closing = True
        self._wake.set()
        self._thread.join(patience_s)

    def _run(self) -> None:
        box = WordBox(self._path)
        while True:
            is_open = self._turn(box)
            self._send_health()
            if self._is_closing:
                return
            self._wake.wait(_IDLE_S if is_open else _RETRY_S)
            self._wake.clear()

    def _turn(self, box: WordBox) -> bool:
        """Send what waits; a disk that doesn't play along is tried again."""
        try:
            is_open = self._send_all(box)
            self.waiting = box.waiting()
        except sqlite3.Error as error:
            _log.error("camera_box_unread", error=str(error))
            return False
        return is_open

    def _send_all(self, box: WordBox) -> bool:
        """Whether everything that waited is with the server."""
        while (found := box.next_waiting()) is not None:
            number, word = found
            if not self._send(word):
                return False
            box.mark_sent(number)
        return True

    def _send(self, word: KeptWord) -> bool:
        report = word.report
        batch = identifications_of(report)
        if batch is not None and not self._post("identifications", batch.model_dump_json()):
            return False
        if not self._post("cameras/passes", report.model_dump_json()):
            return False
        return report.seq is None or all(
            self._put_frame(report, index, picture)
            for index, picture in enumerate(word.pictures[:MAX_FRAMES])
        )

    def _put_frame(self, report: CameraReport, index: int, picture: PassPicture) -> bool:
        path = f"journals/{report.journal_id}/passes/{report.seq}/frames/{index}"
        query = f"?offset_us={picture.offset_us}"
        return self._ask("PUT", path + query, picture.jpeg, "image/jpeg")

    def _send_health(self) -> None:
        health = self.health
        if health is None:
            return
        self._post("cameras", health.model_dump_json())
        picture, self._picture = self._picture, None
        if picture is not None:
            self._ask("PUT", f"cameras/{health.gate}/picture", picture, "image/jpeg")

    def _post(self, path: str, body: str) -> bool:
        return self._ask("POST", path, body.encode(), "application/json")

    def _ask(self, method: str, path: str, content: bytes, media_type: str) -> bool:
        """Whether the server took it, or never will."""
        try:
            response = self._client.request(
                method,
                f"/api/v1/nodes/{self._node_id}/{path}",
                content=content,
                headers={"Content-Type": media_type},
            )
        except httpx2.HTTPError as error:
            _log.debug("camera_unsent", path=path, error=str(error))
            return False
        if response.status_code in _REFUSED:
            _log.error("camera_refused", path=path, answer=response.text[:300])
            return True
        return response.is_success


def identifications_of(report: CameraReport) -> IdentificationBatch | None:
    """Return the marks to bind to the pass, None where the camera has nothing to say of that.

    Anything but one sure mark makes the pass nobody's until a marshal says whose it was.
    """
    if report.outcome == "identified":
        marks = report.marks
    elif report.outcome in {"double", "contradictory"}:
        # Beside it no mark has the word, not even the only one of them that somebody wears.
        marks = (*report.marks, UNREAD_MARK)
    else:
        return None
    if not marks or report.seq is None:
        return None
    return IdentificationBatch(
        identifications=tuple(
            Identification(
                journal_id=report.journal_id,
                seq=report.seq,
                mark=mark,
                source=report.source,
                confidence_pct=99 if report.outcome == "identified" else 50,
            )
            for mark in marks
        )
    )
