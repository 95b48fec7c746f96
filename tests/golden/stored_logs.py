"""A recorded race's bytes: what they give, and how they would be written today."""

from timing_server.rules.reduce import reduce_all
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.stored.codec import GENESIS_HASH, chain_hash, decode_chain, encode
from timing_server.rules.units import StreamId


def state_after(stored: list[bytes]) -> EventState:
    """Return what the stored bytes alone give."""
    log = list(decode_chain(stored))
    return reduce_all(empty_state(StreamId(log[0].stream)), log)


def written_anew(stored: list[bytes]) -> list[bytes]:
    """Return the recorded facts as they would be written now, each in its present version."""
    anew: list[bytes] = []
    for each in decode_chain(stored):
        anew.append(encode(each, chain_hash(anew[-1]) if anew else GENESIS_HASH))
    return anew
