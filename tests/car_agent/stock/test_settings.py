"""What the bridge may be told."""

from pathlib import Path
from typing import Any

import pytest
from pydantic import ValidationError

from car_agent.stock.errors import PasswordMissingError
from car_agent.stock.settings import StockCarSettings


def settings(**more: Any) -> StockCarSettings:
    return StockCarSettings(**{"console_url": "192.168.0.12", "car_id": "red"} | more)


def test_a_bare_address_means_https() -> None:
    """It should take what people read off the car, and nothing that sends a password openly."""
    assert settings().console_url == "https://192.168.0.12"
    with pytest.raises(ValidationError, match="no address"):
        settings(console_url="http://192.168.0.12")


def test_the_password_comes_from_a_file_or_the_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It should say where to put it, and never show it."""
    with pytest.raises(PasswordMissingError, match="--password-file"):
        settings().console_password()
    monkeypatch.setenv("PADDOCK_STOCK_CAR_PASSWORD", "from-outside")
    assert settings().console_password() == "from-outside"
    assert "from-outside" not in repr(settings())
    file = tmp_path / "password"
    file.write_text("from-a-file\n")
    assert settings(password_file=file).console_password() == "from-a-file"
    with pytest.raises(PasswordMissingError, match="can't be read"):
        settings(password_file=tmp_path / "none").console_password()
