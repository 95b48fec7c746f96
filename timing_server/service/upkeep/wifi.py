"""The Wi-Fi that the public may use: the hotspot's or another one, shown once somebody says so."""

import json
from concurrent.futures import Future
from dataclasses import asdict, dataclass

from timing_server.contract.server.venue import WifiShown
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.ports import Store

BLOB = "public-wifi"


@dataclass(frozen=True, slots=True)
class Wifi:
    """A network and its passphrase, empty for an open one; screens show it if ``is_shown``."""

    ssid: str = ""
    passphrase: str = ""
    is_shown: bool = False


class PublicWifi:
    """What is shown of the Wi-Fi: names and secrets are no facts, and so are not in the log."""

    def __init__(self, office: Office, store: Store, of_machine: Wifi) -> None:
        self._office = office
        self._of_machine = of_machine
        stored = store.blob(BLOB)
        self._now = of_machine if stored is None else Wifi(**json.loads(stored))

    @property
    def now(self) -> Wifi:
        """The network as it is known; one that nobody has named by hand is the machine's own."""
        if self._now.ssid:
            return self._now
        own = self._of_machine
        return Wifi(own.ssid, own.passphrase, self._now.is_shown and bool(own.ssid))

    def put(self, caller: Caller, wifi: Wifi) -> "Future[Outcome]":
        """Keep what is shown from now on; a later hotspot of the machine's follows by itself."""
        own = self._of_machine
        is_own = (wifi.ssid, wifi.passphrase) == (own.ssid, own.passphrase)
        kept = Wifi(is_shown=wifi.is_shown) if is_own else wifi

        fresh: list[Wifi] = []

        def work(draft: Draft) -> Outcome:
            draft.rows.put_blob(BLOB, json.dumps(asdict(kept)).encode())
            fresh.append(kept)
            return {"is_shown": kept.is_shown}

        def took(done: "Future[Outcome]") -> None:
            # A repeat of an older command does nothing, whatever was said since.
            if fresh and not done.exception():
                self._now = kept

        future = self._office.once(caller, work)
        future.add_done_callback(took)
        return future


def shown_wifi(wifi: Wifi) -> WifiShown | None:
    """Return what screens show of it: nothing, until the organiser says so."""
    return WifiShown(ssid=wifi.ssid, passphrase=wifi.passphrase) if wifi.is_shown else None
