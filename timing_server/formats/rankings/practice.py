"""Practice: laps are timed and listed, the best first, and nobody stands anywhere."""

from timing_server.formats.format import Format
from timing_server.formats.rankings import time_trial

FORMAT = Format(
    name="practice",
    title="Practice",
    description=(
        "Laps are timed for whoever is on track and listed with the best first. Nobody is ranked: "
        "there are no places, no points, and nobody goes on to another stage."
    ),
    measure=time_trial.measure,
    tie_breaks=(),
    is_ranked=False,
)
