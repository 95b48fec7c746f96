"""The timing node's settings, from file, environment and arguments."""

from pathlib import Path

import pytest

from hardware.settings import NodeSettings
from timing_server.contract.config_file import load_settings
from timing_server.contract.errors import SettingsError


def load(tmp_path: Path, text: str) -> NodeSettings:
    path = tmp_path / "paddock.toml"
    path.write_text(f'[node]\nserver_url = "http://paddock.local:8000"\n{text}')
    return load_settings(NodeSettings, "node", path=path)


def test_as_the_wiring_page_shows(tmp_path: Path) -> None:
    """It should read gates as docs/wiring.md writes them."""
    found = load(
        tmp_path, 'gates = [{ gate = "finish", sensor = "beam", pin = 17, profile = "beam_break" }]'
    )
    assert found.gates == load(tmp_path, "").gates
    assert found.gates[0].pin == 17


def test_environment_comes_before_the_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should take the token and the gates from the environment."""
    monkeypatch.setenv("PADDOCK_NODE_TOKEN", "secret")
    monkeypatch.setenv("PADDOCK_NODE_GATES", '[{"gate": "sector-1", "pin": 5}]')
    found = load(tmp_path, 'gates = [{ gate = "finish", pin = 17 }]')
    assert found.token is not None
    assert found.token.get_secret_value() == "secret"
    assert "secret" not in repr(found)
    assert [(one.gate, one.sensor, one.pin) for one in found.gates] == [("sector-1", "beam", 5)]


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("gates = []", "gates"),
        ('gates = [{ gate = "finish", pin = 99 }]', "gates.0.pin"),
        ('gates = [{ gate = "finish", pin = "17" }]', "gates.0.pin"),
        ('gates = [{ gate = "finish line", pin = 17 }]', "gates.0.gate"),
        ('gates = [{ gate = "finish", pin = 17, bounce = 5 }]', "gates.0.bounce"),
        ('gates = [{ gate = "finish", pin = 17, profile = "laser" }]', "sensor profile 'laser'"),
        (
            'gates = [{ gate = "a", pin = 17 }, { gate = "b", pin = 17 }]',
            "pin 17 is there twice",
        ),
        (
            'gates = [{ gate = "a", pin = 17 }, { gate = "a", pin = 18 }]',
            "sensor a/beam is there twice",
        ),
        ('name = "two words"', "name"),
    ],
)
def test_bad_settings(tmp_path: Path, text: str, sentence: str) -> None:
    """It should name the setting that is wrong."""
    with pytest.raises(SettingsError, match=r"\[node\]") as caught:
        load(tmp_path, text)
    assert sentence in str(caught.value)


@pytest.mark.parametrize("url", ["paddock.local", "ftp://x", "http://", "http://x/y?z", ""])
def test_bad_address(tmp_path: Path, url: str) -> None:
    """It should want a plain http address."""
    path = tmp_path / "paddock.toml"
    path.touch()
    with pytest.raises(SettingsError, match="server_url"):
        load_settings(NodeSettings, "node", path=path, server_url=url)
