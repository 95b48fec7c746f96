"""What cameras and sensors saw around a pass: sent by nodes, seen by marshals."""

import io
from typing import Any

import httpx2
import pytest
from PIL import Image

from tests.timing_server.web.live_server import NODE_ID, Node, Organiser
from timing_server.rules.units import NS_PER_MS


def jpeg(shade: int = 128, size: tuple[int, int] = (64, 48), **more: Any) -> bytes:
    file = io.BytesIO()
    Image.new("L", size, shade).save(file, "JPEG", **more)
    return file.getvalue()


class Line:
    """An event whose line saw one pass, 5 ms long, and a bounce at its end."""

    def __init__(self, organiser: Organiser) -> None:
        self.plan = organiser.plan()
        organiser.start_next(self.plan)
        self.organiser = organiser
        self.node = Node(organiser)
        at_ns = self.node.now_mono_ns()
        self.node.send(self.node.clock(), self._edge(at_ns, 1), self._edge(at_ns + 5_000_000, 0))
        self.node.send(self._edge(at_ns + 5 * NS_PER_MS + 400_000, 1, "b"))
        self.node.send(self.node.passing(at_ns))
        self.seq = self.node.seq
        self.node.send(self._edge(at_ns + 3_000 * NS_PER_MS, 1))
        self.ref = f"{NODE_ID}:{self.node.journal_id}:{self.seq}"

    def _edge(self, mono_ns: int, level: int, sensor: str = "a") -> dict[str, Any]:
        return self.node.record("edge", mono_ns=mono_ns, gate="finish", sensor=sensor, level=level)

    def put(self, index: int, offset_us: int, content: bytes, **more: str) -> httpx2.Response:
        return self.organiser.http.put(
            f"/nodes/{NODE_ID}/journals/{self.node.journal_id}/passes/{self.seq}/frames/{index}",
            params={"offset_us": offset_us, **more},
            content=content,
            headers=self.node.headers,
        )

    def evidence(self) -> Any:
        return self.organiser.get(f"{self.plan['path']}/passes/{self.ref}/evidence")


@pytest.fixture
def line(organiser: Organiser) -> Line:
    return Line(organiser)


def test_marshals_see_edges_and_frames(line: Line) -> None:
    """It should show the gate's edges near the pass, and the frames in whatever order they came."""
    assert line.put(1, 21_000, jpeg(200)).status_code == 204
    assert line.put(0, -12_000, jpeg(50)).status_code == 204
    assert line.put(0, -12_000, jpeg(50)).status_code == 204
    found = line.evidence()
    assert [(each["index"], each["offset_us"]) for each in found["frames"]] == [
        (0, -12_000),
        (1, 21_000),
    ]
    assert [(each["sensor"], each["level"], each["offset_us"]) for each in found["edges"]] == [
        ("a", 1, 0),
        ("a", 0, 5_000),
        ("b", 1, 5_400),
    ]
    path = f"{line.plan['path']}/passes/{line.ref}/frames/1"
    shown = line.organiser.http.get(path)
    assert (shown.status_code, shown.headers["content-type"]) == (200, "image/jpeg")
    assert abs(Image.open(io.BytesIO(shown.content)).getpixel((5, 5)) - 200) < 8  # type: ignore[operator]
    assert httpx2.get(f"{line.organiser.url}{path}").status_code == 401


def test_nothing_beside_the_picture_is_kept(line: Line) -> None:
    """It should write the picture anew, so that notes of whoever made it are gone."""
    line.put(0, 0, jpeg(90, comment=b"secret place"))
    shown = line.organiser.http.get(f"{line.plan['path']}/passes/{line.ref}/frames/0")
    assert b"secret place" not in shown.content


@pytest.mark.parametrize(
    ("content", "index", "offset_us", "code"),
    [
        (b"no picture", 0, 0, "picture_unreadable"),
        (b"", 0, 0, "picture_unreadable"),
        (jpeg()[:200], 0, 0, "picture_unreadable"),
        (jpeg(size=(3000, 2000)), 0, 0, "picture_too_large"),
        (b"x" * 200_000, 0, 0, "body_too_large"),
        (jpeg(), 20, 0, "invalid_request"),
        (jpeg(), 0, 10_000_001, "invalid_request"),
    ],
)
def test_anything_else_is_refused(
    line: Line, content: bytes, index: int, offset_us: int, code: str
) -> None:
    """It should refuse what is no frame of a pass with a sentence, and keep nothing."""
    answer = line.put(index, offset_us, content)
    assert answer.json()["code"] == code
    assert line.evidence()["frames"] == []


def test_a_camera_beside_the_line_speaks_for_the_beam(line: Line) -> None:
    """It should keep a frame under the node with the beam where a node of its own sends it."""
    camera = {"Authorization": f"Bearer {line.organiser.token('node', 'camera-1')}"}
    path = f"journals/{line.node.journal_id}/passes/{line.seq}/frames/0?offset_us=0"
    put = line.organiser.http.put
    refused = put(f"/nodes/{NODE_ID}/{path}", content=jpeg(), headers=camera)
    assert refused.status_code == 403
    sent = put(f"/nodes/camera-1/{path}&beam_node_id={NODE_ID}", content=jpeg(), headers=camera)
    assert sent.status_code == 204
    assert len(line.evidence()["frames"]) == 1
