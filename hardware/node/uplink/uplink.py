"""Sends the journal up, for ever and whatever happens to server, network or this process."""

import sqlite3
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import httpx2
import structlog
from pydantic import ValidationError

from hardware.node.health import Alarms, Counters
from hardware.node.journal import JournalReader, StoredRecord
from hardware.node.uplink.backoff import Backoff
from hardware.node.uplink.batches import Address, batch_body, sentence_of
from hardware.node.uplink.delivery import Batch, Delivery, Verdict, halves
from timing_server.contract.machines.journal import JournalAck, Record

_log = structlog.get_logger()

#: Raw edges alone may wait this long, so that they travel with the pass that follows them.
EDGE_LINGER_S = 0.5
#: How long a refused record rests before it is tried again, and a round that isn't confirmed.
FORGIVE_AFTER_S = 600.0
UNCONFIRMED_PAUSE_S = 10.0
CLOSE_PATIENCE_S = 1.5

CONTACT_ALARM = "server_contact"
TOKEN_ALARM = "node_token"  # noqa: S105 - the name of an alarm
REFUSED_ALARM = "records_refused"
CONFIRM_ALARM = "server_confirms"
READ_ALARM = "journal_read"

#: Answers that are about what was sent; any other error is about the server or the way there.
_REFUSALS = frozenset({400, 409, 413, 422})


class Mark(Protocol):
    """What the uplink needs of the journal's writer."""

    @property
    def committed_seq(self) -> int:
        """Return the highest sequence number that is on the disk."""
        ...

    def note_ack(self, acked_seq: int) -> None:
        """Remember the server's mark for the next start."""
        ...


class _RecordsRefusedError(Exception):
    """The server won't have (some of) these records."""


class _NoContactError(Exception):
    """No answer that could be understood; the same is tried again."""


class _TokenRefusedError(Exception):
    """The server doesn't accept the node's token."""


@dataclass(frozen=True, slots=True)
class UplinkEvents:
    """Whom the uplink tells: that the token was refused at first contact; that contact is back."""

    on_token_refused_at_first: Callable[[str], None]
    on_contact: Callable[[], None]


class Uplink:
    """The thread that sends. ``wake`` it when something urgent is on the disk."""

    def __init__(
        self,
        client: httpx2.Client,
        address: Address,
        open_reader: Callable[[], JournalReader],
        mark: Mark,
        delivery: Delivery,
        events: UplinkEvents,
        health: tuple[Alarms, Counters],
    ) -> None:
        """``client`` has the server's address as its base and the bearer token in its headers."""
        self._client = client
        self._address = address
        self._open_reader = open_reader
        self._mark = mark
        self._delivery = delivery
        self._events = events
        self._alarms, self._counters = health
        self._wake = threading.Event()
        self._is_closing = threading.Event()
        self._backoff = Backoff()
        self._has_contact = False
        self._was_accepted = False
        self._forgive_at_s = time.monotonic() + FORGIVE_AFTER_S
        self._resend_at_s = 0.0
        self._close_at_s = float("inf")
        self._thread = threading.Thread(target=self._run, name="uplink", daemon=True)

    def start(self) -> None:
        """Begin to send."""
        self._thread.start()

    def take_commit(self, records: Sequence[Record]) -> None:
        """Hear what the journal committed; anything but raw edges is sent at once."""
        if any(record.kind != "edge" for record in records):
            self._wake.set()

    def resend(self, first_seq: int, last_seq: int) -> None:
        """Send a range once more, both ends included; new passes keep going ahead of it."""
        _log.info("resend_asked", first_seq=first_seq, last_seq=last_seq)
        self._delivery.ask_again(first_seq, last_seq)
        self._wake.set()

    def close(self) -> None:
        """Send what is on the disk once more where there is contact, and end."""
        self._close_at_s = time.monotonic() + CLOSE_PATIENCE_S
        self._is_closing.set()
        self._wake.set()
        self._thread.join(2 * CLOSE_PATIENCE_S)
        if not self._thread.is_alive():
            self._client.close()

    def _run(self) -> None:
        reader = self._open_reader()
        try:
            while not self._is_closing.is_set():
                self._wake.clear()
                pause_s = self._try_to_send(reader)
                if pause_s > 0:
                    self._is_closing.wait(pause_s)
                else:
                    self._wake.wait(EDGE_LINGER_S)
            if self._has_contact:
                self._try_to_send(reader)
        finally:
            reader.close()

    def _try_to_send(self, reader: JournalReader) -> float:
        """Send what there is; a disk that can't be read must not end the thread, nor the timing."""
        try:
            pause_s = self._send_all(reader)
        except sqlite3.Error as error:
            self._alarms.set_alarm(READ_ALARM, f"The journal can't be read ({error}).")
            return self._backoff.next_s()
        self._alarms.clear_alarm(READ_ALARM)
        return pause_s

    def _send_all(self, reader: JournalReader) -> float:
        """Send until nothing is left; return how long to pause before the next try, 0 for none."""
        delivery = self._delivery
        if delivery.refused and time.monotonic() > self._forgive_at_s:
            delivery.forgive()
        while self._mark.committed_seq > delivery.ordered_upto or delivery.ranges:
            batch = delivery.next_batch(reader)
            if time.monotonic() > self._close_at_s:
                break
            pause_s = 0.0 if batch is None else self._send(batch)
            if pause_s > 0:
                return pause_s
            # After the newest, so that nothing live waits for what is only sent once more.
            repeat = delivery.next_repeat(reader)
            pause_s = 0.0 if repeat is None else self._send(repeat)
            if pause_s > 0:
                return pause_s
            if repeat is not None:
                delivery.repeated(repeat)
            elif batch is None:
                break
        if delivery.is_unconfirmed and time.monotonic() > self._resend_at_s:
            # Only now and then, and only once everything newer was sent.
            self._resend_at_s = time.monotonic() + UNCONFIRMED_PAUSE_S
            delivery.begin_again_at_mark()
        return 0.0

    def _send(self, batch: Batch) -> float:
        """Send one batch and note the answer; return how long to pause, 0 for not at all."""
        delivery = self._delivery
        try:
            acked_seq = self._deliver(batch.records, batch.complete)
        except (_NoContactError, _TokenRefusedError):
            return self._backoff.next_s()
        pause_s = self._note(delivery.delivered(batch, acked_seq, self._mark.committed_seq))
        self._counters.put("unacked", self._mark.committed_seq - delivery.acked_seq)
        return pause_s

    def _note(self, verdict: Verdict) -> float:
        delivery = self._delivery
        if verdict is Verdict.IMPOSSIBLE:
            self._alarms.set_alarm(
                CONFIRM_ALARM,
                "The server has records of this journal that are not in it: was the node's folder "
                "restored from a copy? Move it away, and the node begins a new journal.",
            )
            return 0.0
        self._mark.note_ack(delivery.acked_seq)
        if verdict is Verdict.UNCONFIRMED:
            self._alarms.set_alarm(
                CONFIRM_ALARM,
                f"The server doesn't confirm record {delivery.acked_seq + 1}; "
                "it is sent again every few seconds.",
            )
        else:
            self._alarms.clear_alarm(CONFIRM_ALARM)
        if not delivery.refused:
            self._alarms.clear_alarm(REFUSED_ALARM)
        if verdict is Verdict.FELL_BACK:
            _log.warning("server_lost_records", resending_after_seq=delivery.acked_seq)
            self._events.on_contact()  # as good as another server
            return self._backoff.next_s()
        return 0.0

    def _deliver(
        self, records: tuple[StoredRecord, ...], complete: tuple[int, int] | None = None
    ) -> int | None:
        """Send records, in parts where the server refuses some; return its last mark, if any.

        A part says nothing of holes: the mark passes over them when all is well again.
        """
        if not records:
            return None
        try:
            return self._post(records, complete)
        except _RecordsRefusedError as refusal:
            if len(records) == 1:
                self._set_aside(records[0], str(refusal))
                return None
        marks = [self._deliver(half) for half in halves(records)]
        return next((mark for mark in reversed(marks) if mark is not None), None)

    def _set_aside(self, record: StoredRecord, reason: str) -> None:
        self._delivery.refuse(record.seq)
        self._forgive_at_s = time.monotonic() + FORGIVE_AFTER_S
        self._counters.put("refused", len(self._delivery.refused))
        _log.error("record_refused", seq=record.seq, kind=record.kind, reason=reason)
        self._alarms.set_alarm(
            REFUSED_ALARM,
            f"The server refuses {len(self._delivery.refused)} records of this node, "
            f"the last for: {reason}",
        )

    def _post(
        self, records: Sequence[StoredRecord], complete: tuple[int, int] | None = None
    ) -> int:
        """Send one batch; return the server's mark."""
        try:
            response = self._client.post(
                self._address.path,
                content=batch_body(self._address.journal_id, records, complete),
                headers={"Content-Type": "application/json"},
            )
        except httpx2.HTTPError as error:
            raise self._lose_contact(str(error) or type(error).__name__) from error
        status = response.status_code
        if status in {401, 403}:
            raise self._refuse_token(status)
        if status in _REFUSALS:
            self._keep_contact()
            raise _RecordsRefusedError(sentence_of(response))
        if status != 200:
            raise self._lose_contact(sentence_of(response))
        try:
            ack = JournalAck.model_validate_json(response.content)
        except ValidationError as error:
            raise self._lose_contact("its answer is no acknowledgement") from error
        if ack.journal_id != self._address.journal_id:
            raise self._lose_contact("it acknowledges another journal")
        self._keep_contact()
        return ack.acked_seq

    def _keep_contact(self) -> None:
        self._was_accepted = True
        self._backoff.reset()
        self._alarms.clear_alarm(CONTACT_ALARM)
        self._alarms.clear_alarm(TOKEN_ALARM)
        if not self._has_contact:
            self._has_contact = True
            _log.info("server_contact", address=self._address.path)
            self._events.on_contact()

    def _lose_contact(self, reason: str) -> _NoContactError:
        self._has_contact = False
        self._counters.add("failed_sends")
        self._alarms.set_alarm(
            CONTACT_ALARM,
            f"No contact with the server at {self._client.base_url}: {reason}; "
            "timing goes on and is sent later.",
        )
        return _NoContactError(reason)

    def _refuse_token(self, status: int) -> _TokenRefusedError:
        sentence = (
            f"The server at {self._client.base_url} refuses the token of node "
            f"'{self._address.node_id}' ({status}); ask the organiser for a token of role 'node' "
            f"and scope '{self._address.node_id}'."
        )
        self._has_contact = False
        if not self._was_accepted:
            self._events.on_token_refused_at_first(sentence)
        self._alarms.set_alarm(TOKEN_ALARM, sentence)
        return _TokenRefusedError(sentence)
