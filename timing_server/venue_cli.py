"""``paddock venue``: the virtual venue, and below it what makes a machine a real one."""

import typer

from hardware.virtual.cli import EPILOG, venue
from timing_server.at_the_track.cli import add_commands

venue_app = typer.Typer(
    add_completion=False, rich_markup_mode="markdown", invoke_without_command=True
)
venue_app.callback(epilog=EPILOG)(venue)
add_commands(venue_app)
