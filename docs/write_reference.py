"""Writes docs/reference/*.md from the code, the tables of docs/rules.md, the wiring pictures.

Run by ``make docs``; a test fails when a page is out of date, so the pages tell the truth.
"""

import dataclasses
import importlib
import inspect
import tempfile
from pathlib import Path
from typing import Any, get_args

import typer

from docs.draw.write_wiring import write_wiring
from docs.write_rules import write_rules
from timing_server.cli import COMMANDS
from timing_server.contract.config_file import TABLES

REFERENCE_DIR = Path(__file__).parent / "reference"

#: Which class holds the settings of which table of paddock.toml.
SETTINGS_CLASSES = {
    "server": ("timing_server.settings", "ServerSettings"),
    "node": ("hardware.settings", "NodeSettings"),
    "car": ("car_agent.settings", "CarSettings"),
    "stock_car": ("car_agent.stock.settings", "StockCarSettings"),
    "worker": ("car_agent.worker.settings", "WorkerSettings"),
    "venue": ("hardware.virtual.settings", "VenueSettings"),
    "demo": ("timing_server.launcher.settings", "DemoSettings"),
}


def load(module: str, name: str) -> Any:
    """Return an object by module and name."""
    return getattr(importlib.import_module(module), name)


def one_line(text: str | None) -> str:
    """Return text fit for a table's cell."""
    return " ".join((text or "").split()).replace("|", "\\|")


def commands_page() -> str:
    """Return every command with its options, from the command line's own help."""
    parts = ["# Commands", "", "`paddock COMMAND --help` shows the same at the terminal."]
    for name, entry in COMMANDS.items():
        command = typer.main.get_command(load(entry.module, entry.app))
        parts += ["", f"## paddock {name}", "", entry.summary]
        parts += _command_parts(f"paddock {name}", command)
    return "\n".join(parts) + "\n"


def _command_parts(path: str, command: Any) -> list[str]:
    subcommands = getattr(command, "commands", None)
    if subcommands:
        # Some groups do a job of their own when no subcommand is named.
        parts = _option_parts(command) if getattr(command, "invoke_without_command", False) else []
        for name, sub in subcommands.items():
            parts += ["", f"### {path} {name}"]
            parts += _command_parts(f"{path} {name}", sub)
        return parts
    return _option_parts(command)


def _option_parts(command: Any) -> list[str]:
    parts = ["", inspect.cleandoc(command.help or ""), "", "| option | meaning |", "|---|---|"]
    for param in command.params:
        if param.name == "help":
            continue
        names = " ".join(f"`{option}`" for option in param.opts) or f"`{param.name.upper()}`"
        parts.append(f"| {names} | {one_line(getattr(param, 'help', ''))} |")
    if command.epilog:
        parts += ["", one_line(command.epilog)]
    return parts


def settings_page() -> str:
    """Return every setting of every table, with its environment variable and default."""
    parts = [
        "# Settings",
        "",
        "Arguments come first, then environment variables, then `paddock.toml` (in the working",
        "folder, or where `PADDOCK_CONFIG` points), then the default.",
    ]
    for table in TABLES:
        settings = load(*SETTINGS_CLASSES[table])
        parts += ["", f"## [{table}]", "", one_line(inspect.getdoc(settings)), ""]
        parts += ["| setting | environment | default | meaning |", "|---|---|---|---|"]
        prefix = settings.model_config["env_prefix"]
        for name, field in settings.model_fields.items():
            default = "(required)" if field.is_required() else _default(field)
            meaning = one_line(field.description)
            parts.append(f"| `{name}` | `{prefix}{name.upper()}` | {default} | {meaning} |")
    return "\n".join(parts) + "\n"


def _default(field: Any) -> str:
    if field.default_factory is not None:
        return "(depends on the system)"
    return "–" if field.default in {None, ""} else f"`{field.default}`"


def routes_page() -> str:
    """Return every route with its least role, from the API's own description."""
    settings = load("timing_server.settings", "ServerSettings")
    create_app = load("timing_server.main", "create_app")
    auth = importlib.import_module("timing_server.web.auth")
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(settings(data_dir=Path(folder)))
        api = app.openapi()
    roles = {
        (method.lower(), route.path): " or ".join(auth.least_role_of(route).roles)
        for route in auth.every_route(app.routes)
        for method in getattr(route, "methods", None) or ()
    }
    where = "The server describes itself in full (OpenAPI) at `/api/v1/openapi.json`."
    parts = ["# Routes", "", where, ""]
    parts += ["| route | least role | what it does |", "|---|---|---|"]
    for path, methods in sorted(api["paths"].items()):
        for method, operation in methods.items():
            summary = one_line(operation.get("summary"))
            parts.append(f"| `{method.upper()} {path}` | {roles[method, path]} | {summary} |")
    return "\n".join(parts) + "\n"


def facts_page() -> str:
    """Return every fact with its fields, from the dataclasses."""
    facts = importlib.import_module("timing_server.rules.facts.recorded")
    parts = ["# Facts", "", "What the log may hold. A fact is appended once and never changed."]
    for fact in get_args(facts.Fact):
        parts += ["", f"## {fact.__name__}", "", inspect.getdoc(fact) or "", ""]
        for field in dataclasses.fields(fact):
            type_name = field.type if isinstance(field.type, str) else _type_name(field.type)
            parts.append(f"- `{field.name}`: {type_name}")
    return "\n".join(parts) + "\n"


def _type_name(kind: Any) -> str:
    return str(getattr(kind, "__name__", kind)).replace("timing_server.rules.units.", "")


def heat_page() -> str:
    """Return the heat's states and transitions, from the one table that decides them."""
    module = importlib.import_module("timing_server.rules.heat_phases")
    theory = inspect.getdoc(module) or ""
    return f"# The heat's states\n\n{theory}\n\n```mermaid\n{module.phase_diagram()}```\n"


def formats_page() -> str:
    """Return every format with its options and tie-breaks, from the registry."""
    formats = load("timing_server.formats.registry", "FORMATS")
    tie_breaks = load("timing_server.formats.format", "TIE_BREAKS")
    parts = ["# Formats", "", "How a stage can be ranked. Laps rank truncated to the stage's"]
    parts += [
        "resolution, sums add truncated laps, and only who is equal in the value and in every"
    ]
    parts += ["tie-break shares a rank. A standing's `decided_by` names the tie-break."]
    for name, form in formats.items():
        parts += ["", f"## {form.title} (`{name}`)", "", form.description, ""]
        for option in form.options:
            values = f"{option.least} to {option.most}, default {option.default}"
            parts += [f"`{option.name}`: {option.description} ({values})", ""]
        if form.tie_breaks:
            parts += ["Equal values are told apart by, in this order:", ""]
            parts += [f"- `{code}`: {tie_breaks[code]}" for code in form.tie_breaks]
    return "\n".join(parts) + "\n"


def presets_page() -> str:
    """Return every preset with its sentences, its options and its tie-breaks."""
    presets = load("timing_server.formats.presets", "PRESETS")
    options_of = load("timing_server.web.race.formats", "preset_view")
    parts = [
        "# Presets",
        "",
        "Rules that drivers know by name. `POST …/stages` takes one as `preset`,",
    ]
    parts += ["`paddock results score` ranks a whole log again under one. A test of the same name"]
    parts += ["shows each sentence."]
    for name, preset in presets.items():
        parts += ["", f"## {preset.title} (`{name}`)", "", preset.description, ""]
        parts += [f"Source: {preset.source}.", ""]
        parts += [f"- {sentence}" for sentence in preset.rules.values()]
        told = options_of(preset).options
        listed = ", ".join(f"`{option}` {value:g}" for option, value in told.items()) or "none"
        ties = ", ".join(f"`{code}`" for code in preset.form.tie_breaks)
        parts += [
            "",
            f"Format `{preset.format_name}`; options that differ from the defaults: {listed}.",
        ]
        parts += [f"Rounds run in the order `{preset.round_order}`."]
        parts += [f"Equal values are told apart by {ties}."]
    return "\n".join(parts) + "\n"


def theme_page() -> str:
    """Return every token of the pages' themes, with its values and what it is for."""
    themes = importlib.import_module("display.themes")
    css = themes.TOKENS_FILE.read_text(encoding="utf-8")
    drawn, why = themes.themes(css), themes.meanings(css)
    where = "What a club may draw its own way: `docs/theming.md`. An empty *light* is as dark."
    parts = ["# Theme", "", where, "", "| token | dark | light | what for |", "|---|---|---|---|"]
    for name, dark in drawn["dark"].items():
        light = drawn["light"][name]
        shown = "" if light == dark else f"`{one_line(light)}`"
        parts.append(f"| `--{name}` | `{one_line(dark)}` | {shown} | {why[name]} |")
    return "\n".join(parts) + "\n"


PAGES = {
    "commands.md": commands_page,
    "settings.md": settings_page,
    "routes.md": routes_page,
    "facts.md": facts_page,
    "heat.md": heat_page,
    "formats.md": formats_page,
    "presets.md": presets_page,
    "theme.md": theme_page,
}


def main() -> None:
    """Write every page."""
    REFERENCE_DIR.mkdir(exist_ok=True)
    for name, render in PAGES.items():
        (REFERENCE_DIR / name).write_text(render(), encoding="utf-8")
    write_rules()
    write_wiring()


if __name__ == "__main__":
    main()
