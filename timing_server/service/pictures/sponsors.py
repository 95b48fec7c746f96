"""Pictures of those who pay for the race: shown on every board, in the organiser's order.

They are no facts: names and pictures stand beside the log, and may be deleted for good.
"""

import json
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import asdict, dataclass
from hashlib import sha256
from threading import Lock
from typing import Final
from urllib.parse import quote

from PIL import Image, ImageOps

from timing_server.contract.server.screens import SponsorShown
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.draft import Draft
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.people.errors import TooManyPicturesError
from timing_server.service.pictures.redrawn import redrawn
from timing_server.service.ports import Store

BLOB: Final = "sponsors"
MOST: Final = 24
#: Enough for a third of a 4K screen's width; a smaller picture is never blown up.
BOX_PX: Final = (1280, 640)


@dataclass(frozen=True, slots=True)
class Sponsor:
    """One picture; ``name`` is read out where pictures aren't seen, ``version`` its bytes'."""

    sponsor_id: str
    name: str
    version: str


Sponsors = tuple[Sponsor, ...]
_Change = Callable[[Draft, Sponsors], Sponsors]


class SponsorPictures:
    """Takes, orders, shows and deletes them; one is decoded at a time, whoever sends how many."""

    def __init__(self, office: Office, store: Store) -> None:
        self._office = office
        self._store = store
        self._decoding = Lock()
        self._now = _read(store.blob(BLOB))

    @property
    def shown(self) -> tuple[SponsorShown, ...]:
        """What boards show, in order."""
        return tuple(
            SponsorShown(
                sponsor_id=each.sponsor_id,
                name=each.name,
                picture=f"/venue/sponsors/{quote(each.sponsor_id, safe='')}/picture"
                f"?v={each.version}",
            )
            for each in self._now
        )

    def small(self, content: bytes) -> bytes:
        """Return a JPEG or PNG as the JPEG that boards show. Takes a moment: not for the loop.

        Raises PictureTooLargeError or PictureUnreadableError.
        """
        with self._decoding:
            return small_banner(content)

    def add(self, caller: Caller, sponsor_id: str, name: str, small: bytes) -> "Future[Outcome]":
        """Show one more, behind the others. The future raises TooManyPicturesError."""
        sponsor = Sponsor(sponsor_id, name, sha256(small).hexdigest()[:16])

        def work(draft: Draft, before: Sponsors) -> Sponsors:
            if len(before) >= MOST:
                raise TooManyPicturesError(f"Boards show {MOST} sponsors at most; delete one.")
            draft.rows.put_blob(_picture_blob(sponsor_id), small)
            return (*before, sponsor)

        return self._change(caller, work, {"sponsor_id": sponsor_id})

    def order(self, caller: Caller, sponsor_ids: tuple[str, ...]) -> "Future[Outcome]":
        """Show them in this order; those that aren't named come behind, as they were.

        The future raises UnknownIdError.
        """

        def work(_draft: Draft, before: Sponsors) -> Sponsors:
            named = {each: _find(before, each) for each in sponsor_ids}
            rest = tuple(each for each in before if each.sponsor_id not in named)
            return (*named.values(), *rest)

        return self._change(caller, work, {})

    def delete(self, caller: Caller, sponsor_id: str) -> "Future[Outcome]":
        """Show one no more, and keep nothing of it. The future raises UnknownIdError."""

        def work(draft: Draft, before: Sponsors) -> Sponsors:
            gone = _find(before, sponsor_id)
            draft.rows.delete_blob(_picture_blob(sponsor_id))
            return tuple(each for each in before if each != gone)

        return self._change(caller, work, {"sponsor_id": sponsor_id})

    def picture(self, sponsor_id: str) -> tuple[str, bytes]:
        """Return a picture's version and its JPEG. Reads the database. Raises UnknownIdError."""
        content = self._store.blob(_picture_blob(sponsor_id))
        if content is None:
            raise UnknownIdError("sponsor", sponsor_id)
        return sha256(content).hexdigest()[:16], content

    def _change(self, caller: Caller, work: _Change, outcome: Outcome) -> "Future[Outcome]":
        fresh: list[Sponsors] = []

        def changed(draft: Draft) -> Outcome:
            after = work(draft, _read(draft.rows.blob(BLOB)))
            draft.rows.put_blob(BLOB, json.dumps([asdict(each) for each in after]).encode())
            fresh.append(after)
            return outcome

        def took(done: "Future[Outcome]") -> None:
            # A repeat of an older command does nothing, whatever was said since.
            if fresh and not done.exception():
                self._now = fresh[-1]

        future = self._office.once(caller, changed)
        future.add_done_callback(took)
        return future


def small_banner(content: bytes) -> bytes:
    """Return a JPEG or PNG whole, no larger than ``BOX_PX``, on white, as a JPEG.

    Raises PictureTooLargeError before anything is decoded, PictureUnreadableError.
    """
    return redrawn(content, _within_box, BOX_PX)


def _within_box(image: Image.Image) -> Image.Image:
    is_small = image.width <= BOX_PX[0] and image.height <= BOX_PX[1]
    return image if is_small else ImageOps.contain(image, BOX_PX)


def _picture_blob(sponsor_id: str) -> str:
    return f"sponsor:{sponsor_id}"


def _read(stored: bytes | None) -> Sponsors:
    return tuple(Sponsor(**each) for each in json.loads(stored)) if stored else ()


def _find(sponsors: Sponsors, sponsor_id: str) -> Sponsor:
    for each in sponsors:
        if each.sponsor_id == sponsor_id:
            return each
    raise UnknownIdError("sponsor", sponsor_id)
