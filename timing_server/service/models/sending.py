"""Sends models to cars: an entry is bound to one, and what its stress card says is minded."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from timing_server.contract.machines.evaluations import StressCard
from timing_server.rules.commands.plan import BindModel
from timing_server.rules.state.event import EventState
from timing_server.rules.units import EntryId, EventId
from timing_server.service.errors import UnknownIdError
from timing_server.service.log.writer import Writer
from timing_server.service.models.errors import (
    ModelNeedsEntryError,
    ModelNeedsWordError,
    ModelNotReadyError,
    NotOwnModelError,
)
from timing_server.service.models.evaluations import newest_cards
from timing_server.service.office import Caller, Office, Outcome
from timing_server.service.ports import Store

#: The line of a stress card under which nothing is made worse.
PLAIN = "plain"


@dataclass(frozen=True, slots=True)
class Sender:
    """Who binds a model. ``owner``: whose it must be, None: anyone's.

    ``may_overrule`` a stress card, and, with ``send_anyway``, does.
    """

    caller: Caller
    owner: str | None
    may_overrule: bool = False
    send_anyway: bool = False


class Sending:
    """Lives in the event loop."""

    def __init__(self, writer: Writer, office: Office, store: Store) -> None:
        self._writer = writer
        self._office = office
        self._store = store

    async def bind(
        self, sender: Sender, event_id: EventId, entry_id: EntryId, sha256: str | None
    ) -> Outcome:
        """Let an entry drive with a model from now on; None: with whatever its car has loaded.

        Raises UnknownIdError, NotOwnModelError, ModelNotReadyError, and what the rules refuse.
        """
        self._check_known(sha256, sender.owner)
        despite = None
        if sha256 is not None:
            cards = await asyncio.to_thread(newest_cards, self._store, {sha256})
            despite = overruled(cards, sha256, sender)
        command = BindModel(entry_id, sha256, despite)
        return await asyncio.wrap_future(self._office.command(sender.caller, event_id, command))

    async def check_run(self, event: EventState, entry_id: EntryId, sha256: str | None) -> None:
        """Let a run be driven with a model as its entry could be: nobody passes by the card here.

        The entry's own model was looked at when it was bound. Raises ModelNeedsEntryError.
        """
        entry = event.entries.get(entry_id)
        if sha256 is None or (entry is not None and entry.model_sha256 == sha256):
            return
        cards = await asyncio.to_thread(newest_cards, self._store, {sha256})
        if (card := cards.get(sha256)) is not None and card.verdict == "not_ready":
            raise ModelNeedsEntryError(card.track, *plain_laps(card))

    def _check_known(self, sha256: str | None, owner: str | None) -> None:
        models = self._writer.known.registry.models
        if sha256 is None:
            return
        if sha256 not in {known for known, _ in models}:
            raise UnknownIdError("model", sha256)
        if owner is not None and (sha256, owner) not in models:
            raise NotOwnModelError("A driver drives with models of their own; upload it first.")


def overruled(cards: Mapping[str, StressCard], sha256: str, sender: Sender) -> str | None:
    """Return the verdict that somebody overrules by sending a model, None where there is none.

    A model that was never tested may go: who has five minutes must not be held up by a test.
    Raises ModelNotReadyError, or ModelNeedsWordError for those who may overrule.
    """
    card = cards.get(sha256)
    if card is None or card.verdict != "not_ready":
        return None
    if sender.may_overrule and sender.send_anyway:
        return card.verdict
    refusal = ModelNeedsWordError if sender.may_overrule else ModelNotReadyError
    raise refusal(card.track, *plain_laps(card))


def plain_laps(card: StressCard) -> tuple[int, int]:
    """Return how many laps were clean of how many in a plain hall."""
    plain = next((each for each in card.stress if each.name == PLAIN), card.stress[0])
    return plain.laps_clean, plain.laps_started
