"""What every board of the venue shows: its own choice, or the one that race control made."""

from concurrent.futures import Future
from typing import Final, cast, get_args

from timing_server.contract.server.screens import BoardScene
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.ports import Store

BLOB: Final = "board-scene"
AUTOMATIC: Final[BoardScene] = "auto"


class ShownScene:
    """The scene that race control chose; it holds until another is, also across a restart."""

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self.now = _read(store.blob(BLOB))

    def put(self, caller: Caller, scene: BoardScene) -> "Future[Outcome]":
        """Have every board show it from now on."""
        fresh: list[BoardScene] = []

        def work(draft: Draft) -> Outcome:
            draft.rows.put_blob(BLOB, scene.encode())
            fresh.append(scene)
            return {"scene": scene}

        def took(done: "Future[Outcome]") -> None:
            # A repeat of an older command does nothing, whatever was said since.
            if fresh and not done.exception():
                self.now = scene

        future = self._office.once(caller, work)
        future.add_done_callback(took)
        return future


def _read(stored: bytes | None) -> BoardScene:
    """Return what was kept; a scene that this version doesn't know is no choice."""
    text = (stored or b"").decode()
    return cast("BoardScene", text) if text in get_args(BoardScene) else AUTOMATIC
