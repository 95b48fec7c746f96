"""All that the server knows at one instant, as one frozen value that any thread may read."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from timing_server.rules.errors import BrokenChainError, MalformedFactError, UnknownFactError
from timing_server.rules.facts.plan import GateBound
from timing_server.rules.facts.recorded import Recorded
from timing_server.rules.facts.sensors import ClockRelated, ServerStarted
from timing_server.rules.facts.venue import ClockCorrected
from timing_server.rules.reduce import reduce, reduce_all
from timing_server.rules.state.event import EventState, empty_state
from timing_server.rules.stored.codec import GENESIS_HASH, decode, decode_chain
from timing_server.rules.units import VENUE_STREAM, EventId, StreamId
from timing_server.service.entities import (
    Credential,
    Job,
    OneTimeCode,
    RegistryRows,
    StoredFact,
)
from timing_server.service.errors import LogDamagedError
from timing_server.service.log.venue import EVENT_FACTS, VenueState, note
from timing_server.service.ports import Store

#: Nodes relate their clocks every now and then for ever; the newest few hundred name every node
#: and boot that can still matter.
RELATIONS_READ = 500


@dataclass(frozen=True, slots=True)
class Head:
    """A stream's state and the hash of its last line, which the next line will name."""

    state: EventState
    hash_hex: str


@dataclass(frozen=True, slots=True)
class AccessRows:
    """Credentials by their token's hash and codes by theirs."""

    credentials: Mapping[str, Credential] = field(default_factory=dict)
    codes: Mapping[str, OneTimeCode] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Known:
    """What is on the disk, as far as it is wanted in memory; ``heads`` holds the streams in use."""

    heads: Mapping[StreamId, Head]
    venue: VenueState
    registry: RegistryRows
    access: AccessRows
    newest_race_ns: int = 0
    #: What waits to be driven on virtual tracks, or is: in the order of the queue.
    jobs: Mapping[str, Job] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Opening:
    """What a start reads from the log: everything known, and what the race clock goes on from."""

    known: Known
    last_start: ServerStarted | None
    newest: Recorded | None
    last_correction: Recorded | None = None


def read_opening(store: Store) -> Opening:
    """Read what a starting server must know; streams follow when they are wanted.

    Raises LogDamagedError where a line can't be read, or the open event can't be trusted.
    """
    venue = VenueState()
    gates = (each for each in store.read_types([GateBound.__name__]) if _is_venues(each))
    for lines in (store.read_types(EVENT_FACTS), gates):
        for recorded in read_facts(lines):
            venue = note(venue, recorded)
    for recorded in read_facts(_newest_relations(store, venue)):
        venue = note(venue, recorded)
    newest_line = store.newest_fact()
    newest = None if newest_line is None else read_fact(newest_line)
    starts = read_facts(store.read_types([ServerStarted.__name__], newest=1))
    last_start = next((each.fact for each in starts), None)
    known = Known(
        heads={venue.gate_stream: read_head(store, venue.gate_stream)},
        venue=venue,
        registry=store.registry(),
        access=AccessRows(
            credentials={each.token_sha256: each for each in store.credentials()},
            codes={each.code_sha256: each for each in store.codes()},
        ),
        newest_race_ns=newest.race_ns if newest else 0,
        jobs={each.submission_id: each for each in store.jobs()},
    )
    return Opening(
        known=known,
        last_start=last_start if isinstance(last_start, ServerStarted) else None,
        newest=newest,
        last_correction=_last_correction(store),
    )


def read_head(store: Store, stream: StreamId) -> Head:
    """Replay a stream from the disk, checking its chain; an unknown stream is an empty one.

    Of the venue's stream the last line is enough. Raises LogDamagedError.
    """
    state = empty_state(stream)
    if stream == VENUE_STREAM:
        newest = store.newest_fact(stream)
        lines = [] if newest is None else [newest]
        for recorded in read_facts(lines):
            state = advance(state, recorded)
    else:
        lines = list(store.read_stream(stream))
        state = reduce_all(state, replay(lines))
    return Head(state, lines[-1].hash_hex if lines else GENESIS_HASH)


def advance(state: EventState, recorded: Recorded) -> EventState:
    """Return a stream's state after one more fact.

    The venue's stream has no race: it is only a place in the log, so that nodes which relate their
    clocks for years while no event is open cost a start nothing, and no memory.
    """
    if recorded.stream == VENUE_STREAM:
        return replace(state, seq=recorded.seq, race_ns=recorded.race_ns)
    return reduce(state, recorded)


def replay(lines: Iterable[StoredFact]) -> Iterable[Recorded]:
    """Yield the facts of a whole stream, checking its chain. Raises LogDamagedError."""
    lines = list(lines)
    head_hash = lines[-1].hash_hex if lines else None
    try:
        yield from decode_chain((line.stored for line in lines), head_hash=head_hash)
    except (BrokenChainError, UnknownFactError, MalformedFactError) as error:
        message = f"The log's stream {lines[0].stream} can't be trusted: {error}"
        raise LogDamagedError(message, stream=lines[0].stream) from error


def read_fact(line: StoredFact) -> Recorded:
    """Return the fact of one line. Raises LogDamagedError."""
    try:
        return decode(line.stored)[0]
    except (UnknownFactError, MalformedFactError) as error:
        message = f"Line {line.seq} of the log's stream {line.stream} can't be read: {error}"
        raise LogDamagedError(message, stream=line.stream, seq=line.seq) from error


def read_facts(lines: Iterable[StoredFact]) -> Iterable[Recorded]:
    """Return the facts of lines that needn't be neighbours. Raises LogDamagedError."""
    return map(read_fact, lines)


def with_head(known: Known, stream: StreamId, head: Head) -> Known:
    """Return what is known with one stream's head replaced."""
    return replace(known, heads={**known.heads, stream: head})


def _newest_relations(store: Store, venue: VenueState) -> list[StoredFact]:
    """Return the newest clock relations of this venue's nodes; those of an imported event, however
    many came with it, are of another's.
    """
    imported = {each.event_id for each in venue.events.values() if each.is_imported}
    newest = RELATIONS_READ
    while True:
        lines = store.read_types([ClockRelated.__name__], newest=newest)
        own = [line for line in lines if EventId(line.stream) not in imported]
        if len(own) >= RELATIONS_READ or len(lines) < newest:
            return own[-RELATIONS_READ:]
        newest *= 4


def _last_correction(store: Store) -> Recorded | None:
    """Return what set the calendar last; what came with an imported event is of another venue."""
    lines = [each for each in store.read_types([ClockCorrected.__name__]) if _is_venues(each)]
    return read_fact(lines[-1]) if lines else None


def _is_venues(line: StoredFact) -> bool:
    return line.stream == VENUE_STREAM
