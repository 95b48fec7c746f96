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


def record(
    ctx: typer.Context,
    file: Annotated[Path, typer.Argument(help="The recording to make; must not exist yet.")],
    from_journal: Annotated[
        bool,
        typer.Option("--from-journal", help="Take the edges of this node's journal instead."),
    ] = False,
) -> None:
    """Write down what the sensors' pins do, one JSON line per edge, until Ctrl-C.

    The pins are read as 'paddock node' reads them (options before 'record' name settings, venue
    or pin factory), so that only one of the two can run. A node that runs already writes every
    edge into its journal: --from-journal makes a recording of those since the machine's start.
    """
    from hardware.node.journal import JOURNAL_FILE  # noqa: PLC0415 - --help needs none of these
    from hardware.recordings.recorder import record_journal, record_node  # noqa: PLC0415 - likewise

    settings = ctx.obj(server_url="http://localhost")  # nothing is sent anywhere
    if from_journal:
        edges = record_journal(file, settings.data_dir / JOURNAL_FILE)
    else:
        edges = record_node(file, settings, typer.echo)
    typer.echo(f"{edges} edges in {file}")
