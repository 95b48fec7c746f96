"""The command line as a person types it: help that teaches, one sentence for each mistake."""

import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.command_line import assert_one_sentence, paddock, paddock_process
from timing_server.cli import COMMANDS


def test_help_lists_every_command(tmp_path: Path) -> None:
    """It should show what there is."""
    done = paddock_process("--help", folder=tmp_path)
    assert done.returncode == 0
    for name in COMMANDS:
        assert f" {name} " in done.stdout


@pytest.mark.parametrize("name", COMMANDS)
def test_every_command_teaches(name: str, tmp_path: Path) -> None:
    """It should explain each command and leave nothing behind."""
    done = paddock(name, "--help", folder=tmp_path)
    assert done.returncode == 0
    assert len(done.stdout) > 200
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize(
    ("name", "table"),
    [("serve", "[server]"), ("backup", "[server]"), ("restore", "[server]"), ("venue", "[venue]")],
)
def test_help_names_the_table(name: str, table: str, tmp_path: Path) -> None:
    """It should say which table of paddock.toml is read, brackets and all."""
    assert table in paddock(name, "--help", folder=tmp_path).stdout


def test_overview_imports_no_command(tmp_path: Path) -> None:
    """It should not need the packages of any command to list them."""
    program = (
        "import sys; sys.argv = ['paddock', '--help']\n"
        "from timing_server.cli import main\n"
        "try: main()\n"
        "except SystemExit: pass\n"
        "heavy = {'fastapi', 'sqlmodel', 'cv2', 'onnxruntime', 'gpiozero', 'numpy'}\n"
        "sys.exit(bool(heavy & set(sys.modules)))\n"
    )
    done = subprocess.run([sys.executable, "-c", program], cwd=tmp_path, check=False, timeout=60)
    assert done.returncode == 0


def test_version(tmp_path: Path) -> None:
    """It should print the release."""
    assert paddock_process("--version", folder=tmp_path).stdout.startswith("paddock 0.")


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[server]\nprot = 8000\n", ("[server]", "'prot'")),
        ("[sever]\nport = 8000\n", ("'sever'", "[server]")),
        ("[server\n", ("not valid TOML",)),
    ],
)
def test_wrong_settings_file(content: str, words: tuple[str, ...], tmp_path: Path) -> None:
    """It should name the wrong key of paddock.toml."""
    (tmp_path / "paddock.toml").write_text(content)
    assert_one_sentence(paddock("serve", folder=tmp_path), *words)


def test_wrong_theme(tmp_path: Path) -> None:
    """It should say at the start what is wrong in a club's theme."""
    (tmp_path / "paddock.toml").write_text('[server]\ntheme = "club.css"\n')
    arguments = ("serve", "--data", str(tmp_path / "data"), "--port", "0")
    assert_one_sentence(paddock(*arguments, folder=tmp_path), "club.css", "No such file")
    (tmp_path / "club.css").write_text(":root { --purpel: #5b21b6 }")
    assert_one_sentence(paddock(*arguments, folder=tmp_path), "club.css", "--purple")


@pytest.fixture
def taken_port() -> Iterator[int]:
    with socket.socket(socket.AF_INET, socket.SOCK_STREAM) as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        yield taken.getsockname()[1]


def test_port_in_use(taken_port: int, tmp_path: Path) -> None:
    """It should say which port is taken."""
    arguments = ("--host", "127.0.0.1", "--port", str(taken_port), "--data", str(tmp_path / "data"))
    assert_one_sentence(paddock_process("serve", *arguments, folder=tmp_path), str(taken_port))


def test_demo_beside_another_server(taken_port: int, tmp_path: Path) -> None:
    """It should not talk to whoever has the port, but say that it is taken."""
    arguments = ("--port", str(taken_port), "--host", "127.0.0.1", "--data", str(tmp_path / "demo"))
    assert_one_sentence(paddock("demo", *arguments, folder=tmp_path), str(taken_port))
    assert not (tmp_path / "demo").exists()


def test_demo_with_a_report_that_cannot_be_written(tmp_path: Path) -> None:
    """It should say so before anything is raced."""
    report = str(tmp_path / "nowhere" / "out.json")
    assert_one_sentence(paddock("demo", "--headless", "--json", report, folder=tmp_path), report)


def test_data_folder_that_cannot_be_made(tmp_path: Path) -> None:
    """It should say which folder can't be used (a file stands in its place)."""
    blocked = tmp_path / "file"
    blocked.write_text("not a folder")
    done = paddock("serve", "--data", str(blocked / "data"), "--port", "0", folder=tmp_path)
    assert_one_sentence(done, str(blocked))
    done = paddock("demo", "--headless", "--data", str(blocked / "demo"), folder=tmp_path)
    assert_one_sentence(done, str(blocked))


def test_demo_with_a_missing_track(tmp_path: Path) -> None:
    """It should name the file before anything is started."""
    done = paddock("demo", "--headless", "--track", "nowhere.track", folder=tmp_path)
    assert_one_sentence(done, "nowhere.track")


def test_demo_with_a_missing_model(tmp_path: Path) -> None:
    """It should name the model file that isn't there."""
    done = paddock("demo", "--headless", "--model", "nowhere.onnx", folder=tmp_path)
    assert_one_sentence(done, "nowhere.onnx")


def test_demo_with_a_file_that_is_no_model(tmp_path: Path) -> None:
    """It should end with the car's own sentence about the model."""
    (tmp_path / "odd.onnx").write_bytes(b"not an ONNX file at all")
    data = str(tmp_path / "demo")
    done = paddock_process(
        "demo", "--headless", "--data", data, "--model", "odd.onnx", "--heats", "1", folder=tmp_path
    )
    assert done.returncode != 0
    assert "odd.onnx" in done.stderr.splitlines()[-1]
