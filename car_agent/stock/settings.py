"""What the bridge to a stock car may be told: table [stock_car] of paddock.toml."""

import re
from pathlib import Path
from typing import Annotated

from platformdirs import user_data_path
from pydantic import AfterValidator, Field, SecretStr
from pydantic_settings import SettingsConfigDict

from car_agent.stock.errors import PasswordMissingError
from hardware.server_access import ServerUrl, server_url
from timing_server.contract.base import Slug
from timing_server.contract.config_file import TableSettings


def console_url(text: str) -> str:
    """Return a console's address; a bare host means https. Raises ValueError where it is none."""
    address = text if "://" in text else f"https://{text}"
    if re.match(r"https://", address) is None:
        raise ValueError(f"'{text}' is no address such as https://192.168.0.12")
    return server_url(address)


ConsoleUrl = Annotated[str, AfterValidator(console_url)]


class StockCarSettings(TableSettings):
    """Settings of ``paddock stock-car``, one process per car, on any machine of the same network.

    The password of the car's console stands in PADDOCK_STOCK_CAR_PASSWORD or in a file.
    """

    model_config = SettingsConfigDict(env_prefix="PADDOCK_STOCK_CAR_", extra="forbid", frozen=True)

    console_url: ConsoleUrl = Field(
        description="Address of the car's own web console, such as https://192.168.0.12."
    )
    server_url: ServerUrl = Field(
        default="http://127.0.0.1:8000", description="Address of the timing server."
    )
    car_id: Slug = Field(description="The car's id, as the organiser entered it.")
    token_file: Path | None = Field(
        default=None,
        description="File that holds this car's token; else car-ID.token in Paddock's data folder.",
    )
    password_file: Path | None = Field(
        default=None, description="File whose first line is the console's password."
    )
    password: SecretStr | None = Field(
        default=None, description="The console's password itself; better in the environment."
    )
    certificate_file: Path | None = Field(
        default=None,
        description=(
            "Keeps the fingerprint of the car's certificate from the first use on; else "
            "car-ID.certificate in Paddock's data folder."
        ),
    )
    model: Path | None = Field(
        default=None, description="A DeepRacer model.tar.gz to upload and load at the start."
    )
    throttle_limit_pct: int = Field(
        default=50,
        ge=1,
        le=100,
        description="The console's speed limit that race control's 100 % stands for.",
    )

    @property
    def token_path(self) -> Path:
        """Where the car's token is kept."""
        return self.token_file or user_data_path("paddock") / f"car-{self.car_id}.token"

    @property
    def certificate_path(self) -> Path:
        """Where the certificate's fingerprint is kept."""
        return self.certificate_file or user_data_path("paddock") / f"car-{self.car_id}.certificate"

    def console_password(self) -> str:
        """Return the console's password. Raises PasswordMissingError."""
        if self.password_file is not None:
            try:
                lines = self.password_file.read_text(encoding="utf-8").splitlines()
            except (OSError, UnicodeDecodeError) as error:
                message = f"The password file {self.password_file} can't be read."
                raise PasswordMissingError(message) from error
            found = lines[0].strip() if lines else ""
        else:
            found = self.password.get_secret_value() if self.password else ""
        if not found:
            raise PasswordMissingError(
                "The console's password is missing: put it into a file for --password-file, or "
                "into PADDOCK_STOCK_CAR_PASSWORD. A new car's stands on its underside."
            )
        return found
