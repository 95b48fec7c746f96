"""What is found out about a bundle that somebody touched, and what can't be."""

import json
import string
from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.golden.record_first_race import STANDINGS_PATH, standings_as_json
from tests.timing_server.rules.scripted_race import STAGE
from tests.timing_server.service.results.golden_bundle import (
    IMPOSTOR,
    VENUE,
    carried,
    edited,
    golden_bundle,
    golden_export,
    rechained,
    resigned,
    with_lines,
)
from timing_server.contract.race.sheets import Award
from timing_server.formats.registry import rank_stage
from timing_server.service.results.archive import Bundle
from timing_server.service.results.bundle import make_bundle
from timing_server.service.results.checking import check_bundle as subject
from timing_server.service.results.errors import (
    BundleChangedError,
    BundleError,
    StrangeVenueError,
)
from timing_server.service.results.report import rebuilt_report
from timing_server.service.results.seals import SEAL_BYTES, Sealer, fingerprint

BUNDLE = golden_bundle()
FACTS = len(BUNDLE.lines)
KEY = fingerprint(VENUE.public_key)


def lap_of_a_pass(opened: dict[str, Any]) -> None:
    opened["race_ns"] += 1


def changed_fact(bundle: Bundle, trusted_key: str | None = None) -> int:
    """Return which fact is said to have been changed; the sentence must name it too."""
    with pytest.raises(BundleChangedError) as caught:
        subject(bundle, trusted_key)
    assert str(caught.value.seq) in str(caught.value)
    return caught.value.seq


def test_an_untouched_bundle_gives_the_recorded_standings() -> None:
    """It should compute from the bundle alone exactly the standings kept beside the golden log."""
    found = subject(carried(BUNDLE), KEY)
    golden = STANDINGS_PATH.read_text(encoding="utf-8")
    assert standings_as_json(rank_stage(found.state, STAGE)) == golden
    assert found.venue_key == KEY
    assert found.manifest.facts == FACTS


@given(st.integers(1, FACTS))
def test_a_changed_fact_is_named(seq: int) -> None:
    """It should name any fact whose bytes were changed and nothing else mended."""
    lines = list(BUNDLE.lines)
    lines[seq - 1] = edited(lines[seq - 1], lap_of_a_pass)
    assert changed_fact(replace(BUNDLE, lines=tuple(lines))) == seq


@given(st.integers(1, FACTS))
def test_a_changed_fact_is_named_behind_a_chain_computed_anew(seq: int) -> None:
    """It should name the fact where the forger mended every later hash and the manifest."""
    lines = list(BUNDLE.lines)
    lines[seq - 1] = edited(lines[seq - 1], lap_of_a_pass)
    assert changed_fact(with_lines(BUNDLE, rechained(lines))) == seq


@given(st.integers(1, FACTS - 1))
def test_a_fact_left_out_is_named(seq: int) -> None:
    """It should name the first fact that isn't the sealed one where one was taken out."""
    lines = [*BUNDLE.lines[: seq - 1], *BUNDLE.lines[seq:]]
    assert changed_fact(with_lines(BUNDLE, rechained(lines))) == seq


def test_a_fact_put_in_is_named() -> None:
    """It should name a fact that the venue never sealed, also at the very end."""
    lines = [*BUNDLE.lines[:10], BUNDLE.lines[9], *BUNDLE.lines[10:]]
    assert changed_fact(with_lines(BUNDLE, rechained(lines))) == 11
    longer = rechained([*BUNDLE.lines, BUNDLE.lines[-1]])
    assert changed_fact(with_lines(BUNDLE, longer)) == FACTS + 1


def test_facts_cut_off_are_missed() -> None:
    """It should tell that the end of the log is missing."""
    assert changed_fact(replace(BUNDLE, lines=BUNDLE.lines[:-3])) == FACTS - 2


@pytest.mark.parametrize("kept", [FACTS, 0])
def test_a_cut_log_with_a_mended_manifest_is_refused(kept: int) -> None:
    """It should not take a shorter log whose manifest was written to fit, sealed as it is."""
    shorter = with_lines(BUNDLE, BUNDLE.lines[:-3])
    shorter = replace(shorter, seals=shorter.seals[: kept * SEAL_BYTES] or b"")
    with pytest.raises(BundleChangedError):
        subject(shorter)


def test_seals_of_another_key_name_the_first_fact() -> None:
    """It should not take a forger's seals for the venue's: the key in the manifest decides."""
    forged = make_bundle(golden_export(), Sealer(IMPOSTOR))
    assert changed_fact(replace(BUNDLE, seals=forged.seals)) == 1


def test_a_forger_who_signs_everything_anew_is_another_venue() -> None:
    """It should refuse a copy changed and signed with another key, once the venue's is known.

    Without a trusted key that copy is whole: nothing in it is the venue's any more. It shows
    another fingerprint, and that is all there is to see.
    """
    lines = list(BUNDLE.lines)
    lines[20] = edited(lines[20], lap_of_a_pass)
    forged = make_bundle(golden_export(rechained(lines)), Sealer(IMPOSTOR))
    with pytest.raises(StrangeVenueError, match=KEY):
        subject(forged, KEY)
    assert subject(forged).venue_key == fingerprint(IMPOSTOR.public_key) != KEY


@pytest.mark.parametrize("member", ["names", "plan", "seals"])
def test_members_beside_the_log_are_signed_too(member: str) -> None:
    """It should tell which file beside the log was changed."""
    content: bytes = getattr(BUNDLE, member)
    # The first seal: the last one vouches for all facts, so only the file itself was changed.
    swapped: Any = {member: bytes([content[0] ^ 1]) + content[1:]}
    with pytest.raises(BundleChangedError, match=member):
        subject(replace(BUNDLE, **swapped))


def test_a_manifest_that_was_changed_is_refused() -> None:
    """It should not believe what the venue didn't sign."""
    manifest = BUNDLE.manifest.replace(b"2026-11-21", b"2026-11-22")
    with pytest.raises(BundleChangedError, match="manifest"):
        subject(replace(BUNDLE, manifest=manifest))


def test_a_manifest_of_an_older_bundle_is_refused() -> None:
    """It should notice a true manifest beside a true log of another moment."""
    older = make_bundle(golden_export(BUNDLE.lines[:-1]), Sealer(VENUE))
    mixed = replace(BUNDLE, manifest=older.manifest, signature=older.signature)
    with pytest.raises(BundleChangedError, match="two"):
        subject(mixed)
    assert subject(older).manifest.facts == FACTS - 1


@pytest.mark.parametrize(
    ("manifest", "words"),
    [
        (b"{", "manifest.json"),
        (b"{}", "manifest.json"),
        (BUNDLE.manifest.replace(b'"version":', b'"newer":'), "manifest.json"),
        (BUNDLE.manifest.replace(b'"event-1"', b'"../event-1"'), "event_id"),
        (BUNDLE.manifest.replace(b'"event-1"', b'"%s"' % (b"e" * 300)), "event_id"),
    ],
)
def test_a_manifest_that_cannot_be_read(manifest: bytes, words: str) -> None:
    """It should say in a sentence what is wrong with it."""
    with pytest.raises(BundleError, match=words):
        subject(replace(BUNDLE, manifest=manifest))


def test_a_fact_of_a_newer_release_asks_for_an_update() -> None:
    """It should say so rather than compute results without the fact."""

    def future(opened: dict[str, Any]) -> None:
        opened["type"] = "DroneLaunched"

    lines = list(BUNDLE.lines)
    lines[-1] = edited(lines[-1], future)
    bundle = resigned(with_lines(BUNDLE, lines))
    with pytest.raises(BundleError, match="update Paddock"):
        subject(bundle)


def test_a_name_that_deceives_is_refused() -> None:
    """It should not show a name with characters that steer a terminal or a page."""
    names = json.loads(BUNDLE.names)
    names["event_name"] = "Friday\u202eleague"
    bundle = resigned(replace(BUNDLE, names=json.dumps(names).encode()))
    with pytest.raises(BundleError, match="U\\+202E"):
        subject(bundle)


def test_a_name_of_nothing_is_refused() -> None:
    """It should not show an event that nobody can point at."""
    names = json.loads(BUNDLE.names)
    names["event_name"] = " "
    bundle = resigned(replace(BUNDLE, names=json.dumps(names).encode()))
    with pytest.raises(BundleError, match="seen"):
        subject(bundle)


@pytest.mark.parametrize(
    "typed", [KEY, KEY.upper(), KEY.replace("-", ""), f" {KEY.replace('-', ' ')} "]
)
def test_a_fingerprint_is_taken_however_it_is_typed(typed: str) -> None:
    """It should read a fingerprint with or without dashes, in either case."""
    assert subject(BUNDLE, typed).venue_key == KEY


@given(st.text(string.hexdigits, max_size=40))
def test_no_other_fingerprint_is_taken(typed: str) -> None:
    """It should take no part of the fingerprint for the whole, and nothing for it."""
    with pytest.raises(StrangeVenueError):
        subject(BUNDLE, typed)


def test_sealing_again_signs_only_what_is_new(monkeypatch: pytest.MonkeyPatch) -> None:
    """It should remember seals by their hashes, and make exactly those that a change asks for."""
    sealed: list[Sequence[object]] = []
    real = Sealer.seals.__globals__["seal_fact"]

    def counting(*arguments: Any) -> bytes:
        sealed.append(arguments)
        result: bytes = real(*arguments)
        return result

    monkeypatch.setitem(Sealer.seals.__globals__, "seal_fact", counting)
    sealer = Sealer(VENUE)
    hashes = [f"{number:064x}" for number in range(10)]
    first = sealer.seals("s", hashes[:8])
    assert sealer.seals("s", hashes)[: len(first)] == first
    assert len(sealed) == 10
    assert sealer.seals("s", hashes) == Sealer(VENUE).seals("s", hashes)


def awarded(entry_id: str) -> Bundle:
    """Return the golden bundle with an award of the organiser's own in it."""
    award = Award(
        award_id="a-1", kind="own", entry_id=entry_id, number=1, driver="", title="Best livery"
    )
    return make_bundle(replace(golden_export(), own_awards=(award,)), Sealer(VENUE))


def test_own_awards_travel_with_the_names() -> None:
    """It should tell the organiser's own awards under the display names of the bundle."""
    entry = next(iter(golden_export().state.entries.values()))
    found = subject(carried(awarded(entry.entry_id)), KEY)
    (told,) = rebuilt_report(found)["awards"]
    assert (told["title"], told["number"]) == ("Best livery", entry.number)
    assert told["driver"] == found.registry.drivers[entry.driver_ids[0]].name
    assert rebuilt_report(subject(BUNDLE))["awards"] == []


def test_a_changed_award_is_found() -> None:
    """It should say that the names were changed where an award was given to somebody else."""
    one, other = list(golden_export().state.entries)[:2]
    bundle = awarded(one)
    names = json.loads(bundle.names)
    names["awards"][0]["entry_id"] = other
    with pytest.raises(BundleChangedError, match=r"names\.json"):
        subject(replace(bundle, names=json.dumps(names).encode()))


def test_an_award_to_nobody_is_refused() -> None:
    """It should not take a bundle whose award is to an entry that its log doesn't know."""
    names = json.loads(BUNDLE.names)
    names["awards"] = [{"award_id": "a-1", "entry_id": "nobody", "title": "Best livery"}]
    with pytest.raises(BundleError, match="no entry"):
        subject(resigned(replace(BUNDLE, names=json.dumps(names).encode())))


def test_a_bundle_from_before_awards_is_read() -> None:
    """It should read names without awards, as older releases wrote them."""
    names = json.loads(BUNDLE.names)
    del names["awards"]
    assert subject(resigned(replace(BUNDLE, names=json.dumps(names).encode()))).own_awards == ()
