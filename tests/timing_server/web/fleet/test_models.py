"""Models over the interface: brought by drivers, tried for real, bound to entries, given up."""

import io
import json
import socket
import tarfile
import threading
from collections.abc import Iterator
from contextlib import closing
from hashlib import sha256
from http.client import HTTPConnection
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import httpx2
import pytest

from tests.car_agent.models.frozen.graphs import tiny_network
from tests.car_agent.models.intake.archives import metadata
from tests.timing_server.web.live_server import Organiser
from tests.waiting import wait_until
from timing_server.adapters.folder.models import KeptModels
from timing_server.contract.machines.models import MAX_PAPERS_BYTES, MAX_UPLOAD_BYTES
from timing_server.service.models import deleted, models
from timing_server.web.fleet import form

LIBRARY = Path(__file__).parents[4] / "car_agent" / "models" / "library"
#: A trial starts two interpreters with the model runtime.
TRIAL_PATIENCE_S = 120.0


class Phone:
    """A driver's browser, signed in by a code as the QR code does."""

    def __init__(self, organiser: Organiser, name: str) -> None:
        self.driver_id = str(organiser.post("/drivers", {"name": name})["driver_id"])
        body = {"role": "driver", "principal": self.driver_id, "scope": self.driver_id}
        code = organiser.post("/codes", body)["code"]
        origin = organiser.url.removesuffix("/api/v1")
        self.http = httpx2.Client(
            base_url=organiser.url, headers={"Origin": origin}, timeout=TRIAL_PATIENCE_S
        )
        assert self.http.post("/session", json={"code": code}).is_success

    def bring(self, name: str, content: bytes, papers: tuple[str, bytes] | None = None) -> Any:
        files: dict[str, Any] = {"model": (name, content)}
        if papers is not None:
            files["papers"] = papers
        return self.http.post("/models", files=files)

    def problem(self, name: str, content: bytes, papers: tuple[str, bytes] | None = None) -> Any:
        answer = self.bring(name, content, papers)
        assert answer.headers["content-type"] == "application/problem+json", answer.text
        return answer.json()


@pytest.fixture(autouse=True)
def forgetful(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is given up is gone at once, so that a test needn't wait for ten minutes."""
    monkeypatch.setattr(deleted, "KEPT_S", 0)


@pytest.fixture(scope="module")
def phone(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Turbo Tester")
    yield opened
    opened.http.close()


@pytest.fixture
def other(organiser: Organiser) -> Iterator[Phone]:
    opened = Phone(organiser, "Apex Tester")
    yield opened
    opened.http.close()


@pytest.fixture(scope="module")
def balanced() -> bytes:
    return (LIBRARY / "balanced.onnx").read_bytes()


@pytest.fixture(scope="module")
def brought(phone: Phone, balanced: bytes) -> Any:
    """One model that was tried for real; a trial takes seconds."""
    answer = phone.bring("..\\..\\my lap.onnx", balanced)
    assert answer.status_code == 201, answer.text
    return answer.json()


def left_over(folder: Path) -> list[str]:
    incoming = folder / "models" / "incoming"
    return [path.name for path in incoming.rglob("*")] if incoming.exists() else []


def test_a_model_is_tried_and_kept_under_its_hash(
    organiser: Organiser, phone: Phone, brought: Any, folder: Path
) -> None:
    """It should say what it sees and answers, and keep the file that drives, by its hash alone."""
    assert (brought["name"], brought["driver_id"]) == ("my lap", phone.driver_id)
    assert brought["about"]["width_px"] == 80
    assert brought["is_here"]
    kept = folder / "models" / f"{brought['sha256']}.onnx"
    assert kept.stat().st_size == brought["size_bytes"]
    assert left_over(folder) == []
    assert [each["sha256"] for each in phone.http.get("/models").json()] == [brought["sha256"]]
    assert brought["sha256"] in {each["sha256"] for each in organiser.get("/models")}
    assert httpx2.get(f"{organiser.url}/models").status_code == 401


def test_a_driver_binds_own_models_to_own_entries(
    organiser: Organiser, phone: Phone, other: Phone, brought: Any
) -> None:
    """It should stand in the log as a fact, and be refused for other people's entries."""
    event = organiser.post("/events", {"name": "Cup"})["event_id"]
    path = f"/events/{event}/entries"
    mine = organiser.post(path, {"driver_ids": [phone.driver_id]})["entry_id"]
    theirs = organiser.post(path, {"driver_ids": [other.driver_id]})["entry_id"]
    body = {"model_sha256": brought["sha256"]}
    assert phone.http.put(f"{path}/{mine}/model", json=body).is_success
    fact = organiser.get(f"/events/{event}/log")["facts"][-1]["fact"]
    assert (fact["type"], fact["body"]["model_sha256"]) == ("ModelBound", brought["sha256"])
    assert {each["entry_id"]: each["model_sha256"] for each in organiser.get(path)} == {
        mine: brought["sha256"],
        theirs: None,
    }
    refusals = {
        phone.http.put(f"{path}/{theirs}/model", json=body).json()["code"],
        other.http.put(f"{path}/{theirs}/model", json=body).json()["code"],
        phone.http.put(f"{path}/{mine}/model", json={"model_sha256": "0" * 64}).json()["code"],
    }
    assert refusals == {"forbidden", "not_own_model", "unknown_model"}
    # An organiser binds any model by hand, and frees an entry of it.
    free = {"model_sha256": None}
    for entry_id, wanted in ((theirs, body), (theirs, free), (mine, free)):
        assert organiser.http.put(f"{path}/{entry_id}/model", json=wanted).is_success
    owner = {"driver_id": phone.driver_id}
    assert organiser.http.delete(f"/models/{brought['sha256']}", params=owner).is_success
    assert phone.http.get("/models").json() == []


def test_a_model_that_is_to_drive_is_not_deleted(
    organiser: Organiser, phone: Phone, balanced: bytes, folder: Path
) -> None:
    """It should keep it while the open event needs it; what was deleted is gone from the disk."""
    sha256 = phone.bring("lap.onnx", balanced).json()["sha256"]
    plan = organiser.plan()
    path = f"{plan['path']}/entries/{plan['entries'][0]}/model"
    assert organiser.http.put(path, json={"model_sha256": sha256}).is_success
    assert phone.http.delete(f"/models/{sha256}").json()["code"] == "model_in_use"
    assert organiser.http.put(path, json={"model_sha256": None}).is_success
    assert phone.http.delete(f"/models/{sha256}").status_code == 204
    assert not (folder / "models" / f"{sha256}.onnx").exists()


def archive(*members: tuple[str, bytes]) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w:gz") as packed:
        for name, content in members:
            member = tarfile.TarInfo(name)
            member.size = len(content)
            packed.addfile(member, io.BytesIO(content))
    return file.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "says"),
    [
        ("lap.onnx", b"\x08\x07 no model", "lap.onnx is not an ONNX model"),
        ("model.tar.gz", archive(("../../etc/cron.d/race", b"*")), "leads out"),
        ("model.tar.gz", archive(("agent/agent.onnx", b"\x08\x07")), "not an ONNX model"),
    ],
)
def test_what_cannot_drive_hears_one_sentence(
    phone: Phone, folder: Path, name: str, content: bytes, says: str
) -> None:
    """It should be refused with the trial's own reason, and nothing of it be kept."""
    problem = phone.problem(name, content)
    assert (problem["status"], problem["code"]) == (422, "model_refused")
    assert says in problem["detail"]
    assert "\n" not in problem["detail"]
    assert str(folder) not in problem["detail"]
    assert left_over(folder) == []


def test_what_is_no_form_is_refused_before_any_trial(
    organiser: Organiser, phone: Phone, folder: Path
) -> None:
    """It should say what to send, for a body of any shape."""
    multipart = "multipart/form-data; boundary=x"
    bodies = [
        ("application/octet-stream", b"a model"),
        ("multipart/form-data", b"a model"),
        (multipart, b"a model"),
        (multipart, b"--x\r\nContent-Disposition: form-data; name=model\r\n\r\ncut off"),
        (multipart, b'--x\r\nContent-Disposition: form-data; name="boot"\r\n\r\n1\r\n--x--\r\n'),
        (multipart, b"--x\r\n\r\nno name\r\n--x--\r\n"),
        (multipart, b"--x--\r\n"),
    ]
    for content_type, body in bodies:
        headers = {"Content-Type": content_type}
        answer = phone.http.post("/models", content=body, headers=headers)
        assert (answer.status_code, answer.json()["code"]) == (422, "model_unreadable"), body
    assert phone.problem("lap.onnx", b"")["code"] == "model_unreadable"
    papers = ("model_metadata.json", b" " * (MAX_PAPERS_BYTES + 1))
    assert phone.problem("lap.onnx", b"model", papers)["code"] == "model_too_large"
    huge = {"Content-Type": multipart, "Content-Length": str(2**40)}
    token = {"Authorization": organiser.http.headers["Authorization"]}
    where = urlsplit(organiser.url)
    with closing(HTTPConnection(str(where.hostname), where.port, timeout=20)) as link:
        link.request("POST", f"{where.path}/models", headers=huge | token)
        refused = link.getresponse()
        assert (refused.status, json.load(refused)["code"]) == (413, "body_too_large")
    assert left_over(folder) == []


def test_a_forgotten_driver_leaves_no_model(
    organiser: Organiser, other: Phone, balanced: bytes, folder: Path
) -> None:
    """It should be gone with the person, for organisers too."""
    sha256 = other.bring("lap.onnx", balanced).json()["sha256"]
    organiser.post(f"/drivers/{other.driver_id}/forget")
    assert not (folder / "models" / f"{sha256}.onnx").exists()
    assert sha256 not in {each["sha256"] for each in organiser.get("/models")}


def test_an_archive_is_handed_on_as_it_came(
    organiser: Organiser, phone: Phone, other: Phone, balanced: bytes, folder: Path
) -> None:
    """It should be there byte for byte for whom the model is, and go with the model."""
    frozen, papers = tiny_network().written(), metadata().encode()
    sent = archive(("agent/model.pb", frozen), ("model_metadata.json", papers))
    made = phone.bring("deepracer.tar.gz", sent).json()
    assert made["about"]["archive_bytes"] == len(sent)
    path = f"/models/{made['sha256']}/archive"
    came = phone.http.get(path, headers={"Range": "bytes=10-"})
    assert (came.status_code, came.content) == (206, sent[10:])
    assert other.http.get(path).status_code == 403
    assert httpx2.get(f"{organiser.url}{path}").status_code == 401
    red = {"Authorization": f"Bearer {organiser.token('car', 'red')}"}
    assert httpx2.get(f"{organiser.url}{path}", headers=red).status_code == 403
    bare = phone.bring("lap.onnx", balanced).json()
    assert bare["about"]["archive_bytes"] is None
    assert phone.http.get(f"/models/{bare['sha256']}/archive").json()["code"] == "unknown_archive"
    kept = folder / "models" / f"{sha256(sent).hexdigest()}.tar.gz"
    assert kept.read_bytes() == sent
    for each in (bare, made):
        assert kept.exists()
        assert phone.http.delete(f"/models/{each['sha256']}").status_code == 204
    assert not kept.exists()


class HalfUpload:
    """An upload that was begun and goes no further."""

    def __init__(self, organiser: Organiser) -> None:
        where = urlsplit(organiser.url)
        self._link = socket.create_connection((str(where.hostname), where.port or 80), timeout=20)
        token = organiser.http.headers["Authorization"]
        head = (
            f"POST {where.path}/models HTTP/1.1\r\nHost: {where.netloc}\r\n"
            f"Authorization: {token}\r\nContent-Length: 100000\r\n"
            "Content-Type: multipart/form-data; boundary=x\r\n\r\n"
            '--x\r\nContent-Disposition: form-data; name="model"; filename="a.onnx"\r\n\r\nslow'
        )
        self._link.sendall(head.encode())

    def answer(self) -> bytes:
        """Return the whole answer: head and body may come apart."""
        answer = b""
        with closing(self._link):
            while not answer.endswith(b"}"):
                part = self._link.recv(65_536)
                if not part:
                    break
                answer += part
        return answer

    def close(self) -> None:
        self._link.close()


def folders(folder: Path) -> int:
    return len(list((folder / "models" / "incoming").glob("*")))


def test_an_upload_that_stands_still_is_ended(
    organiser: Organiser, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should be told so, and hold its place no longer; so it is where it breaks off."""
    broken = HalfUpload(organiser)
    wait_until(lambda: folders(folder) == 1)
    broken.close()
    wait_until(lambda: folders(folder) == 0)
    monkeypatch.setattr(form, "SILENT_S", 0.1)
    told = HalfUpload(organiser).answer()
    assert b" 422 " in told
    assert b"The upload stood still; send it again." in told
    assert folders(folder) == 0


def test_one_address_leaves_room_for_others(
    organiser: Organiser, phone: Phone, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should hold some places and not all, and none for which the disk has no room."""
    monkeypatch.setattr(models, "MAX_FROM_ONE_ADDRESS", 2)
    slow = [HalfUpload(organiser) for _ in range(2)]
    wait_until(lambda: folders(folder) == 2)
    assert phone.problem("lap.onnx", b"x")["code"] == "models_busy"
    monkeypatch.setattr(models, "MAX_FROM_ONE_ADDRESS", 9)
    assert phone.problem("lap.onnx", b"x")["code"] == "model_refused"
    each_bytes = 2 * MAX_UPLOAD_BYTES
    full = models.KEPT_FREE_BYTES + 3 * each_bytes - 1
    monkeypatch.setattr(KeptModels, "free_bytes", lambda _self: full)
    assert phone.problem("lap.onnx", b"x")["code"] == "models_busy"
    monkeypatch.setattr(KeptModels, "free_bytes", lambda _self: full - 2 * each_bytes)
    assert phone.problem("lap.onnx", b"x")["code"] == "disk_nearly_full"
    for each in slow:
        each.close()
    wait_until(lambda: folders(folder) == 0)


def test_a_model_that_comes_is_not_swept_away_with_one_that_goes(
    organiser: Organiser,
    phone: Phone,
    balanced: bytes,
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It should keep a file whose row isn't written yet, whoever deletes another meanwhile."""
    gone = phone.bring("gone.onnx", (LIBRARY / "cautious.onnx").read_bytes()).json()["sha256"]
    keep = KeptModels.keep

    def keep_slowly(self: KeptModels, made: Path, sha256: str) -> int:
        size_bytes = keep(self, made, sha256)
        deletion = threading.Thread(target=phone.http.delete, args=(f"/models/{gone}",))
        deletion.start()
        deletion.join(1.0)
        return size_bytes

    monkeypatch.setattr(KeptModels, "keep", keep_slowly)
    headers = {"Authorization": organiser.http.headers["Authorization"]}
    files = {"model": ("lap.onnx", balanced)}
    answer = httpx2.post(f"{organiser.url}/models", files=files, headers=headers, timeout=60)
    assert answer.json()["is_here"], answer.text
    wait_until(lambda: not (folder / "models" / f"{gone}.onnx").exists())


def test_the_same_model_twice_at_once(organiser: Organiser, phone: Phone, balanced: bytes) -> None:
    """It should be kept for both who bring it."""
    answers: list[Any] = []
    token = {"Authorization": organiser.http.headers["Authorization"]}

    def bring_for_the_venue() -> None:
        files = {"model": ("venue.onnx", balanced)}
        url = f"{organiser.url}/models"
        answers.append(httpx2.post(url, files=files, headers=token, timeout=TRIAL_PATIENCE_S))

    thread = threading.Thread(target=bring_for_the_venue)
    thread.start()
    answers.append(phone.bring("mine.onnx", balanced))
    thread.join()
    assert [each.status_code for each in answers] == [201, 201]
    assert all(each.json()["is_here"] for each in answers)
    assert {each.json()["driver_id"] for each in answers} == {None, phone.driver_id}


def test_nobody_brings_for_somebody_who_is_not_there(organiser: Organiser, balanced: bytes) -> None:
    """It should say whom it doesn't know, before anything is tried."""
    answer = organiser.http.post(
        "/models", files={"model": ("a.onnx", balanced)}, params={"driver_id": "nobody"}
    )
    assert answer.json()["code"] == "unknown_driver"
