"""What can go wrong with the venue's machine, its calendar and its Wi-Fi."""

from timing_server.service.errors import ServiceError


class ClockImplausibleError(ServiceError, ValueError):
    """The calendar is to be set to a year in which this release isn't used."""

    code = "clock_implausible"


class MachineNotKeptError(ServiceError, PermissionError):
    """This server may not switch its machine off."""

    code = "machine_not_kept"


class HeatUnderWayError(ServiceError, ValueError):
    """The machine is to go down while cars are on track, and nobody said that this is meant."""

    code = "heat_under_way"


class MachineRefusedError(ServiceError, RuntimeError):
    """The machine was told to go down, and doesn't."""

    code = "machine_refused"
