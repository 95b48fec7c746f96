"""The car's part in the fleet put together: reports, deliveries, and the model of the next run."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import httpx2

from car_agent.driving.supervisor import Pilot
from car_agent.fleet.cache import ModelCache
from car_agent.fleet.deliveries import Deliveries
from car_agent.fleet.desk import DeskParts, FleetDesk
from car_agent.fleet.garage import Garage
from car_agent.fleet.log_tail import LogTail
from car_agent.link.client import make_client
from timing_server.contract.supervision import is_supervised

#: A fetch beside a driving car leaves it the Wi-Fi and the processor.
DRIVING_BYTES_PER_S = 1024 * 1024
_TIMEOUT = httpx2.Timeout(6.0, connect=3.0)


@dataclass(frozen=True, slots=True)
class CarAddress:
    """Which car speaks to which server, and where it keeps what it is sent."""

    server_url: str
    token: str
    car_id: str
    model_folder: Path
    cache_bytes: int


class FleetLink:
    """Starts and ends the threads; ``next_pilot`` is for the drive loop."""

    def __init__(
        self,
        address: CarAddress,
        own: tuple[str, Path] | None,
        open_pilot: Callable[[Path], Pilot],
        may_drive: Callable[[], bool],
        log_tail: LogTail,
        restart: Callable[[], None],
    ) -> None:
        """``own`` is the hash and the file of the model that drives at first, if any.

        ``open_pilot`` loads and warms up; ``restart`` ends the process so that it comes back.
        """

        def client() -> httpx2.Client:
            return make_client(address.server_url, address.token, _TIMEOUT)

        cache = ModelCache(address.model_folder, address.cache_bytes)
        self._garage = Garage(own, open_pilot, may_drive)
        self._deliveries = Deliveries(
            client(),
            cache,
            self._garage,
            lambda: DRIVING_BYTES_PER_S if may_drive() else None,
            time.monotonic,
            own,
        )
        parts = DeskParts(self._deliveries, self._garage, cache, log_tail, is_supervised(), restart)
        self._desk = FleetDesk(client(), address.car_id, parts)

    def start(self, *, has_server: bool) -> None:
        """Begin to load what is asked for, and where there is a server to report and to fetch."""
        self._deliveries.start()
        if has_server:
            self._desk.start()

    def close(self) -> None:
        """End; what was received half stays for the next start."""
        self._desk.close()
        self._deliveries.close()

    @property
    def is_ordered(self) -> bool:
        """Whether race control says which model is loaded."""
        return self._garage.is_ordered

    @property
    def is_loading(self) -> bool:
        """Whether a model is on its way to the drive loop."""
        return self._garage.loading_sha256 is not None or self._garage.asked_path is not None

    @property
    def loaded_path(self) -> Path | None:
        """The file of the model that drives; None for none."""
        return self._garage.loaded_path

    @property
    def asked_name(self) -> str:
        """The file that is being loaded for a person beside the car; empty for none."""
        path = self._garage.asked_path
        return "" if path is None else path.name

    @property
    def asked_trouble(self) -> str:
        """Why the last one that a person asked for wasn't loaded; empty where it was."""
        return self._garage.asked_trouble

    def ask(self, path: Path) -> None:
        """Load that file as soon as the car stands, as a person beside it chose."""
        self._deliveries.ask(path)

    def next_pilot(self) -> Pilot | None:
        """Return a pilot that is to take over now, once; the car must be standing."""
        return self._garage.next_pilot()
