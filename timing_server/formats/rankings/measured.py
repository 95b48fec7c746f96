"""The formats that measure each entry's runs by themselves; one decides a match or a round."""

from collections.abc import Mapping
from types import MappingProxyType

from timing_server.formats.format import Format
from timing_server.formats.rankings import (
    best_mean,
    mean_of_all,
    most_laps,
    time_trial,
    total_time,
)

_MODULES = (time_trial, best_mean, mean_of_all, total_time, most_laps)
MEASURED: Mapping[str, Format] = MappingProxyType(
    {each.FORMAT.name: each.FORMAT for each in _MODULES}
)
