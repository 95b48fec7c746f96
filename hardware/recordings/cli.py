"""``paddock node passes``, ``record`` and ``rehearse``: what recordings are for."""

import json
from dataclasses import asdict
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


def rehearse(
    recording: Annotated[Path, typer.Argument(help="A recording with at least one pass.")],
    as_json: Annotated[bool, typer.Option("--json", help="Print the sheet as JSON.")] = False,
) -> None:
    """Rehearse what goes wrong at a track, on this machine, before the doors open.

    Double fires and chatter are put into the recording; real nodes then live through its first
    passes with the Wi-Fi gone and with the power cut, against a server of their own: nothing of it
    reaches an event. It takes about a minute. Ends with status 1 where a line of the sheet failed.
    """
    from hardware.recordings.recording import read_recording  # noqa: PLC0415 - --help needs neither
    from hardware.recordings.rehearsal.sheet import rehearse as run  # noqa: PLC0415 - likewise

    checks = []
    for check in run(read_recording(recording), str(recording)):
        checks.append(check)
        if not as_json:
            mark = "pass" if check.is_passed else "FAIL"
            typer.echo(f"{mark}  {check.name:<20} {check.sentence}")
    is_passed = all(check.is_passed for check in checks)
    if as_json:
        sheet = {"is_passed": is_passed, "checks": [asdict(check) for check in checks]}
        typer.echo(json.dumps(sheet))
    if not is_passed:
        raise typer.Exit(1)
