"""``paddock results`` as a person types it, on real files."""

import json
import zipfile
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.command_line import assert_one_sentence, paddock, paddock_process
from tests.timing_server.service.desk import EVENT, STREAM, open_desk
from tests.timing_server.service.results.golden_bundle import (
    IMPOSTOR,
    VENUE,
    golden_export,
    rechained,
)
from timing_server.contract.race.results import REPORTED
from timing_server.service.results.archive import write_bundle
from timing_server.service.results.bundle import make_bundle
from timing_server.service.results.seals import Sealer, VenueKey, fingerprint


@pytest.fixture(autouse=True)
def _memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the commands remember keys in the test's folder, not in the user's."""
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path / "home"))


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """A server's folder in which one driver drove two laps of 9.5 s and one of 9.25 s."""
    folder = tmp_path / "server"
    folder.mkdir()
    with open_desk(folder) as desk:
        desk.plan()
        desk.relate()
        desk.start_next()
        for seq, lap_ms in enumerate((1000, 9500, 9500, 9250), 2):
            desk.system.advance(lap_ms / 1000)
            desk.cross(seq, desk.clock.now_ns())
    return folder


def golden_file(folder: Path, key: VenueKey = VENUE) -> Path:
    path = folder / f"golden-{fingerprint(key.public_key)[:4]}.zip"
    with path.open("wb") as file:
        write_bundle(make_bundle(golden_export(), Sealer(key)), file)
    return path


def test_a_bundle_gives_the_same_standings_elsewhere(data: Path, tmp_path: Path) -> None:
    """It should export with the venue's key, and rebuild the standings from the file alone."""
    bundle = tmp_path / "friday.zip"
    done = paddock(
        *("results", "export", "--event", EVENT, "--bundle", str(bundle), "--data", str(data)),
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    key = done.stdout.strip().removesuffix(".").rpartition(" ")[2]
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    moved = bundle.rename(elsewhere / "f.zip")
    done = paddock_process("results", "rebuild", str(moved), "--json", folder=elsewhere)
    assert done.returncode == 0, done.stderr
    assert "first time" in done.stderr
    report = json.loads(done.stdout)
    (row,) = report["standings"]
    assert set(row) == set(REPORTED)
    assert (row["rank"], row["driver"], row["best_lap_us"]) == (1, "Driver 1", 9_250_000)
    assert row["laps"] == [9_500_000, 9_500_000, 9_250_000]
    assert (report["venue_key"], report["passes_stored"]) == (key, 4)
    again = paddock("results", "rebuild", str(moved), "--venue-key", key, folder=elsewhere)
    assert (again.returncode, again.stderr) == (0, "")
    assert "9.250" in again.stdout


def test_an_export_may_name_the_event(data: Path, tmp_path: Path) -> None:
    """It should take the event's name for its id, and make the key file private."""
    target = str(tmp_path / "b.zip")
    options = ("--bundle", target, "--data", str(data))
    done = paddock("results", "export", "--event", "Friday league", *options, folder=tmp_path)
    assert done.returncode == 0, done.stderr
    assert (data / "venue-key.pem").stat().st_mode & 0o777 == 0o600
    done = paddock("results", "export", "--event", "Sunday", *options, folder=tmp_path)
    assert_one_sentence(done, "Sunday")


def test_every_file_can_be_written_at_once(data: Path, tmp_path: Path) -> None:
    """It should write each kind of file that is asked for, in the language that is asked for."""
    kinds = ("csv", "laps", "json", "html", "pdf", "heats", "drivers", "certificates")
    files = [part for kind in kinds for part in (f"--{kind}", str(tmp_path / f"out.{kind}"))]
    done = paddock(
        *("results", "export", "--event", EVENT, "--data", str(data), "--lang", "es", *files),
        folder=tmp_path,
    )
    assert done.returncode == 0, done.stderr
    contents = {kind: (tmp_path / f"out.{kind}").read_bytes() for kind in kinds}
    assert "Clasificación".encode() in contents["html"]
    assert json.loads(contents["json"])["places"][0]["driver"] == "Driver 1"
    for kind in ("pdf", "heats", "drivers", "certificates"):
        assert contents[kind].startswith(b"%PDF-")
    done = paddock("results", "export", "--event", EVENT, "--data", str(data), folder=tmp_path)
    assert_one_sentence(done, "--bundle")


def test_scoring_under_another_preset(tmp_path: Path) -> None:
    """It should rank the bundle's log by the preset's rules, and say who would stand elsewhere."""
    path = golden_file(tmp_path)
    before = path.read_bytes()
    done = paddock(
        "results", "score", str(path), "--preset", "campus_2s", "--json", folder=tmp_path
    )
    assert done.returncode == 0, done.stderr
    report = json.loads(done.stdout)
    assert report["preset"] == "campus_2s"
    assert [row["rank"] for row in report["standings"]] == [1, 2, 3, 4]
    assert path.read_bytes() == before
    done = paddock("results", "score", str(path), "--preset", "rally", folder=tmp_path)
    assert_one_sentence(done, "rally")


def test_an_event_is_read_into_another_folder(data: Path, tmp_path: Path) -> None:
    """It should take the event into a server's data, from which the same bundle can't differ."""
    bundle = str(tmp_path / "b.zip")
    export = ("results", "export", "--event", EVENT, "--bundle", bundle, "--data", str(data))
    assert paddock(*export, folder=tmp_path).returncode == 0
    elsewhere = tmp_path / "elsewhere"
    done = paddock("results", "import", bundle, "--data", str(elsewhere), folder=tmp_path)
    assert done.returncode == 0, done.stderr
    again = ("results", "export", "--event", EVENT, "--data", str(elsewhere))
    refused = paddock(*again, "--bundle", str(tmp_path / "c.zip"), folder=tmp_path)
    assert_one_sentence(refused, "raced elsewhere")
    with open_desk(elsewhere) as desk:
        assert desk.known.venue.events[EVENT].is_imported
        assert len(desk.store.read_stream(STREAM)) > 10


def repack(path: Path, edit: Callable[[dict[str, bytes]], None]) -> None:
    """Unpack a bundle, let somebody at it, and pack it again."""
    with zipfile.ZipFile(path) as archive:
        members = {name: archive.read(name) for name in archive.namelist()}
    edit(members)
    with zipfile.ZipFile(path, "w") as archive:
        for name, content in members.items():
            archive.writestr(name, content)


def quicker_lap(opened: dict[str, Any]) -> None:
    opened["body"]["mono_ns"] -= 1_000_000_000


def the_third_pass(lines: list[bytes]) -> int:
    passes = [at for at, line in enumerate(lines) if b'"type":"PassDetected"' in line]
    return passes[2]


def change_only(members: dict[str, bytes]) -> None:
    lines = members["log.jsonl"].splitlines()
    at = the_third_pass(lines)
    opened = json.loads(lines[at])
    quicker_lap(opened)
    text = json.dumps(opened, sort_keys=True, separators=(",", ":"), ensure_ascii=False)
    lines[at] = text.encode()
    members["log.jsonl"] = b"\n".join(lines) + b"\n"


def change_and_mend(members: dict[str, bytes]) -> None:
    """Change a pass, then compute anew every hash that can be computed without the key."""
    change_only(members)
    lines = rechained(members["log.jsonl"].splitlines())
    members["log.jsonl"] = b"\n".join(lines) + b"\n"
    manifest = json.loads(members["manifest.json"])
    manifest["head_hash"] = sha256(lines[-1]).hexdigest()
    members["manifest.json"] = json.dumps(manifest, indent=1).encode()


@pytest.mark.parametrize("edit", [change_only, change_and_mend])
@pytest.mark.parametrize("command", ["rebuild", "verify"])
def test_a_changed_fact_ends_it(
    edit: Callable[[dict[str, bytes]], None], command: str, tmp_path: Path
) -> None:
    """It should end non-zero with a sentence that names the fact, and print no standings."""
    path = golden_file(tmp_path)
    with zipfile.ZipFile(path) as archive:
        changed = the_third_pass(archive.read("log.jsonl").splitlines()) + 1
    repack(path, edit)
    done = paddock("results", command, str(path), folder=tmp_path)
    assert_one_sentence(done, "changed", f"Fact {changed} ")
    assert done.stdout == ""


def test_a_venue_once_met_is_remembered(tmp_path: Path) -> None:
    """It should refuse the same event under another key, though that copy is whole in itself."""
    assert paddock("results", "verify", str(golden_file(tmp_path)), folder=tmp_path).returncode == 0
    forged = golden_file(tmp_path, IMPOSTOR)
    done = paddock("results", "verify", str(forged), folder=tmp_path)
    assert_one_sentence(done, fingerprint(VENUE.public_key), fingerprint(IMPOSTOR.public_key))


def test_the_venues_key_may_be_told(tmp_path: Path) -> None:
    """It should refuse another venue's bundle at the first meeting, where the key is told."""
    forged = str(golden_file(tmp_path, IMPOSTOR))
    key = fingerprint(VENUE.public_key)
    done = paddock("results", "rebuild", forged, "--json", "--venue-key", key, folder=tmp_path)
    assert_one_sentence(done, key)


@pytest.mark.parametrize("name", ["nowhere.zip", "."])
def test_a_file_that_is_no_bundle(name: str, tmp_path: Path) -> None:
    """It should say so in one sentence."""
    assert_one_sentence(paddock("results", "rebuild", name, folder=tmp_path), name)
