"""Sends a part of the journal once more from the command line, whether the node runs or not."""

from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import httpx2
from pydantic import ValidationError

from hardware.node.errors import JournalError, ResendError
from hardware.node.journal import JOURNAL_FILE, JournalReader, explained
from hardware.node.uplink.batches import Address, batch_body
from timing_server.contract.machines.journal import MAX_BATCH_RECORDS, JournalAck

Say = Callable[[str], None]


def resend_range(
    client: httpx2.Client, node_id: str, data_dir: Path, seqs: tuple[int, int], say: Say
) -> int:
    """Send the records from ``seqs[0]`` to ``seqs[1]``, both included; return how many there are.

    Nothing is changed in the journal, and the server takes nothing twice. Raises JournalError
    where there is no journal, ResendError where the server won't have it or doesn't answer.
    """
    path = data_dir / JOURNAL_FILE
    if not path.exists():
        raise JournalError(f"There is no journal in {data_dir}; name the node's folder by --data.")
    with explained(path), closing(JournalReader(path)) as reader:
        address = Address(node_id, reader.journal_id())
        next_seq, sent, acked_seq = seqs[0], 0, None
        while records := reader.between(next_seq, seqs[1], MAX_BATCH_RECORDS):
            acked_seq = _post(client, address, batch_body(address.journal_id, records))
            sent += len(records)
            next_seq = records[-1].seq + 1
    if acked_seq is None:
        say(f"The journal has no record from {seqs[0]} to {seqs[1]}.")
    else:
        say(f"Sent {sent} records; the server has everything up to record {acked_seq}.")
    return sent


def _post(client: httpx2.Client, address: Address, body: bytes) -> int:
    try:
        response = client.post(
            address.path, content=body, headers={"Content-Type": "application/json"}
        )
        response.raise_for_status()
        return JournalAck.model_validate_json(response.content).acked_seq
    except (httpx2.HTTPError, ValidationError) as error:
        reason = str(error).splitlines()[0]
        raise ResendError(
            f"The server at {client.base_url} didn't take the records ({reason}); try again."
        ) from error
