"""``paddock node passes``, ``record`` and ``rehearse``: what recordings are for."""

import json
from pathlib import Path
from typing import Annotated

import typer


def passes(
    recording: Annotated[Path, typer.Argument(help="A recording, or '-' for standard input.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Say what pass detection makes of a recording, with its defaults.

    Edges of one gate closer together than 500 ms are one pass, whose time is its first edge's. A
    pass within 2 s after a counted one of its gate is ignored (inside_dead_time). Sensors that
    were stuck, chattering, silent or drifting are listed with the instant at which they became so.
    """
    from hardware.recordings.recording import parse_lines, read_recording  # noqa: PLC0415
    from hardware.recordings.report import report_on  # noqa: PLC0415
    from hardware.recordings.wording import report_lines  # noqa: PLC0415

    if str(recording) == "-":
        edges = parse_lines(typer.get_binary_stream("stdin").read(), "the standard input")
    else:
        edges = read_recording(recording)
    report = report_on(edges)
    if as_json:
        typer.echo(json.dumps(report.as_json()))
        return
    for line in report_lines(report):
        typer.echo(line)
