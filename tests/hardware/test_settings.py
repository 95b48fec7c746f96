"""The timing node's settings, from file, environment and arguments."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hardware.gates.profiles import BEAM_BREAK, PROFILES
from hardware.node.main import wirings
from hardware.node.sensing.sensing import fit_to
from hardware.settings import NodeSettings
from hardware.signals.settings import ButtonSettings, StartLightsSettings
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
        ('gates = [{ gate = "finish", pin = 999 }]', "gates.0.pin"),
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
        ('speed_traps = [{ from_gate = "a", to_gate = "a", distance_mm = 500 }]', "two gates"),
        (
            'speed_traps = [{ from_gate = "a", to_gate = "b", distance_mm = 9 }]',
            "speed_traps.0.distance_mm",
        ),
        (
            'speed_traps = [{ from_gate = "a", to_gate = "b", distance_mm = 10, bound_mm = 10 }]',
            "larger than its bound",
        ),
    ],
)
def test_bad_settings(tmp_path: Path, text: str, sentence: str) -> None:
    """It should name the setting that is wrong."""
    with pytest.raises(SettingsError, match=r"\[node\]") as caught:
        load(tmp_path, text)
    assert sentence in str(caught.value)


def test_a_line_with_all_there_is(tmp_path: Path) -> None:
    """It should read every kind of sensor, lanes and sectors, and fit windows to the profiles."""
    sensors = ", ".join(
        f'{{ gate = "lane-{n}", sensor = "{name}", pin = {n}, profile = "{name}" }}'
        for n, name in enumerate(PROFILES)
    )
    extra = '{ gate = "finish", sensor = "left", pin = 20, is_wide = true, is_inverted = true }'
    found = load(
        tmp_path,
        f"gates = [{sensors}, {extra}]\n"
        'speed_traps = [{ from_gate = "lane-0", to_gate = "lane-1", distance_mm = 500 }]',
    )
    wired = wirings(found)
    assert [one.profile.name for one in wired[:-1]] == list(PROFILES)
    assert wired[-1].is_wide
    assert wired[-1].profile == BEAM_BREAK.inverted()
    sensing = fit_to(wired)
    assert set(sensing.board.states.values()) == {"ok"}
    assert len(sensing.board.states) == len(PROFILES) + 1
    assert found.speed_traps[0].bound_mm == 1


def test_a_contact_to_the_supply(tmp_path: Path) -> None:
    """It should pull a pin down where the wiring wants that, and refuse what no Pi has."""
    sensor = 'gates = [{{ gate = "finish", pin = 17, is_inverted = true, pull = "{}" }}]'
    (wired,) = wirings(load(tmp_path, sensor.format("down")))
    assert (wired.profile.pull, wired.profile.broken_pin_level) == ("down", 1)
    with pytest.raises(SettingsError, match="pull"):
        load(tmp_path, sensor.format("sideways"))


plain = st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20)
tables = st.dictionaries(
    st.sampled_from(["gate", "sensor", "pin", "profile", "is_wide", "is_inverted", "pull", "x"]),
    plain,
)


@given(st.lists(tables | plain, max_size=20) | plain, st.lists(tables, max_size=3) | plain)
def test_whatever_stands_there(gates: object, traps: object) -> None:
    """It should either take a configuration or name what is wrong with it; never break down."""
    try:
        found = load_settings(
            NodeSettings,
            "node",
            path=Path(os.devnull),
            server_url="http://paddock.local:8000",
            gates=gates,
            speed_traps=traps,
        )
    except SettingsError as error:
        assert str(error).startswith("Setting [node] ")  # noqa: PT017 - either outcome is right
    else:
        fit_to(wirings(found))


@pytest.mark.parametrize("url", ["paddock.local", "ftp://x", "http://", "http://x/y?z", ""])
def test_bad_address(tmp_path: Path, url: str) -> None:
    """It should want a plain http address."""
    path = tmp_path / "paddock.toml"
    path.touch()
    with pytest.raises(SettingsError, match="server_url"):
        load_settings(NodeSettings, "node", path=path, server_url=url)


def test_lines_of_a_large_chip() -> None:
    """It should take lamps and buttons on any line that a sensor may be on."""
    lights = StartLightsSettings(lamps=(300,), buzzer=511)
    button = ButtonSettings(button="stop", role="e_stop", pin=301)
    assert (lights.pins()["lamp 1"], button.pin) == (300, 301)
