"""The one ``paddock.toml``: where it is looked for, which tables it may have, one table per job."""

import os
import tomllib
from pathlib import Path
from typing import Any, TypeVar

from pydantic import ValidationError
from pydantic_settings import BaseSettings, PydanticBaseSettingsSource, SettingsConfigDict
from pydantic_settings import SettingsError as UnreadableSettingError

from timing_server.contract.errors import SettingsError

#: The tables of paddock.toml: one per package or job; anything else is a typing error.
TABLES = ("server", "node", "car", "stock_car", "worker", "venue", "demo")

CONFIG_PATH_VARIABLE = "PADDOCK_CONFIG"
DEFAULT_CONFIG_PATH = Path("paddock.toml")


def settings_file(path: Path | None = None) -> Path:
    """Return which file is read: the one that is named, ``$PADDOCK_CONFIG``'s, else the default."""
    in_environment = os.environ.get(CONFIG_PATH_VARIABLE)
    return path or (Path(in_environment) if in_environment else DEFAULT_CONFIG_PATH)


def read_table(table: str, path: Path | None = None) -> dict[str, Any]:
    """Return one table of the settings file, or nothing where there is no file.

    ``path`` None means ``$PADDOCK_CONFIG``, else ``paddock.toml`` in the working folder.
    Raises SettingsError where a file that was named is missing, isn't TOML, or has a table that
    Paddock doesn't know.
    """
    source = settings_file(path)
    if source == DEFAULT_CONFIG_PATH and not source.exists():
        return {}
    try:
        content = tomllib.loads(source.read_text(encoding="utf-8"))
    except OSError as error:
        raise SettingsError(
            f"The settings file {source} can't be read: {error.strerror}."
        ) from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise SettingsError(f"The settings file {source} is not valid TOML: {error}.") from error
    for key, value in content.items():
        if key not in TABLES or not isinstance(value, dict):
            known = ", ".join(f"[{name}]" for name in TABLES)
            raise SettingsError(
                f"{source}: '{key}' is not a table of Paddock's; there are {known}."
            )
    found: dict[str, Any] = content.get(table, {})
    return found


SettingsT = TypeVar("SettingsT", bound="TableSettings")


class TableSettings(BaseSettings):
    """Base of each job's settings: arguments, then environment, then its table of the file.

    Subclasses set ``table`` and ``env_prefix``; load them with ``load_settings``.
    """

    model_config = SettingsConfigDict(extra="forbid", frozen=True)

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],  # noqa: ARG003 - the library's signature
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,  # noqa: ARG003
        file_secret_settings: PydanticBaseSettingsSource,  # noqa: ARG003
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        """Environment before file: ``load_settings`` passes what the file said as the last word."""
        return init_settings, env_settings


def load_settings(
    kind: type[SettingsT], table: str, *, path: Path | None = None, **arguments: object
) -> SettingsT:
    """Build a job's settings from arguments (None = not given), environment and file.

    Raises SettingsError with one sentence that names the key and where it came from.
    """
    from_file = read_table(table, path)
    known = set(kind.model_fields)
    for key in from_file:
        if key not in known:
            raise SettingsError(
                f"{settings_file(path)}: [{table}] has no setting '{key}'; "
                f"it has {', '.join(sorted(known))}."
            )
    prefix = kind.model_config.get("env_prefix", "")
    in_environment = {
        name for name in known if f"{prefix}{name}".upper() in {key.upper() for key in os.environ}
    }
    given = {key: value for key, value in arguments.items() if value is not None}
    merged = {key: value for key, value in from_file.items() if key not in in_environment} | given
    try:
        return kind(**merged)
    except UnreadableSettingError as error:
        # A list or table in an environment variable is written as JSON.
        raise SettingsError(f"Setting [{table}] from the environment: {error}.") from error
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"]) or table
        if first["type"] == "missing":
            raise SettingsError(
                f"Setting [{table}] {where} is missing: give --{where.replace('_', '-')}, set "
                f"{prefix}{where.upper()}, or write {where} into paddock.toml."
            ) from error
        raise SettingsError(f"Setting [{table}] {where}: {first['msg']}.") from error
