"""The one paddock.toml."""

from pathlib import Path

import pytest
from pydantic import Field
from pydantic_settings import SettingsConfigDict

from timing_server.contract.config_file import TableSettings, load_settings
from timing_server.contract.errors import SettingsError


class CarLike(TableSettings):
    """A small settings class in a table that exists."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_CAR_", extra="forbid", frozen=True)

    name: str = "blue"
    frame_rate_hz: int = Field(default=15, ge=1, le=60)


@pytest.fixture
def toml(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    return tmp_path / "paddock.toml"


def test_no_file_means_defaults(toml: Path) -> None:
    """It should do without a file."""
    assert not toml.exists()
    assert load_settings(CarLike, "car") == CarLike(name="blue", frame_rate_hz=15)


def test_order_of_sources(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should take arguments first, then the environment, then the file, then the default."""
    toml.write_text('[car]\nname = "file"\nframe_rate_hz = 30\n')
    assert load_settings(CarLike, "car").name == "file"
    monkeypatch.setenv("PADDOCK_CAR_NAME", "environment")
    assert load_settings(CarLike, "car").name == "environment"
    assert load_settings(CarLike, "car", name="argument").name == "argument"
    assert load_settings(CarLike, "car", name=None).frame_rate_hz == 30


@pytest.mark.parametrize(
    ("content", "words"),
    [
        ("[car]\nnmae = 'x'\n", "has no setting 'nmae'; it has frame_rate_hz, name"),
        ("[cra]\nname = 'x'\n", "'cra' is not a table of Paddock's"),
        ("name = 'x'\n", "'name' is not a table"),
        ("[car\n", "is not valid TOML"),
        ("[car]\nframe_rate_hz = 99\n", r"\[car\] frame_rate_hz: .*60"),
        ("[car]\nframe_rate_hz = 'often'\n", r"\[car\] frame_rate_hz: "),
    ],
)
def test_mistakes_are_named(toml: Path, content: str, words: str) -> None:
    """It should say in one sentence which key is wrong."""
    toml.write_text(content)
    with pytest.raises(SettingsError, match=words) as caught:
        load_settings(CarLike, "car")
    assert "\n" not in str(caught.value)


class NodeLike(TableSettings):
    """Settings with one that has no default."""

    model_config = SettingsConfigDict(env_prefix="PADDOCK_NODE_", extra="forbid", frozen=True)

    server_url: str
    gates: tuple[str, ...] = ()


def test_unreadable_environment_variable(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should name the setting whose variable is not the JSON that it should be."""
    monkeypatch.setenv("PADDOCK_NODE_GATES", "not json")
    with pytest.raises(SettingsError, match=r"\[node\].*gates"):
        load_settings(NodeLike, "node", server_url="http://127.0.0.1:1")


def test_missing_setting_says_where_to_put_it(toml: Path) -> None:
    """It should name the option, the variable and the file."""
    words = "--server-url, set PADDOCK_NODE_SERVER_URL, or write server_url into paddock.toml"
    with pytest.raises(SettingsError, match=words):
        load_settings(NodeLike, "node")


def test_named_file_must_exist(toml: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It should not silently ignore a file that somebody named."""
    monkeypatch.setenv("PADDOCK_CONFIG", str(toml.with_name("elsewhere.toml")))
    with pytest.raises(SettingsError, match=r"elsewhere\.toml can't be read"):
        load_settings(CarLike, "car")
