"""Pairings by a clock that tests advance."""

import pytest

from tests.timing_server.service.desk import PATIENCE_S, Desk
from tests.timing_server.service.test_access import CountedSecrets, MemorySetupFile, access_on
from timing_server.service.errors import CodeRefusedError, UnknownIdError
from timing_server.service.people.errors import TooManyRequestsError, TooManyWaitingError
from timing_server.service.people.pairings import (
    MAX_FROM_ONE_ADDRESS,
    MAX_WAITING,
    OPENED_A_MINUTE,
    PAIRING_LIFE_S,
    Pairings,
)


@pytest.fixture
def subject(desk: Desk) -> Pairings:
    ids = iter(f"pairing-{number}" for number in range(1000))
    access = access_on(desk, MemorySetupFile())
    return Pairings(access, desk.clock.now_ns, CountedSecrets(), lambda: next(ids))


def test_digits_grow_old(subject: Pairings, desk: Desk) -> None:
    """It should forget a device that nobody let in within five minutes."""
    opened = subject.open("node", "node-1", "a")
    desk.system.advance(PAIRING_LIFE_S - 1)
    (device,) = subject.waiting()
    assert subject.life_left_s(device) == 1
    desk.system.advance(1)
    assert subject.waiting() == []
    with pytest.raises(UnknownIdError):
        subject.approve(opened.pairing_id, opened.code, None)
    with pytest.raises(UnknownIdError):
        subject.collect(opened.pairing_id, opened.secret)


def test_a_token_waits_for_its_device(subject: Pairings) -> None:
    """It should tell the token as often as the device asks, and let nobody approve twice."""
    opened = subject.open("node", "node-1", "a")
    assert subject.collect(opened.pairing_id, opened.secret).token is None
    issued = subject.approve(opened.pairing_id, f" {opened.code} ", None).result(PATIENCE_S)
    for _ in range(2):
        assert subject.collect(opened.pairing_id, opened.secret).token == issued.token
    with pytest.raises(UnknownIdError):
        subject.approve(opened.pairing_id, opened.code, None)


def test_a_wrong_code_leaves_the_others_alone(subject: Pairings) -> None:
    """It should count tries by device."""
    first, second = (subject.open("node", f"node-{n}", "a") for n in range(2))
    for _ in range(5):
        with pytest.raises(CodeRefusedError):
            subject.approve(first.pairing_id, second.code, None)
    assert subject.collect(first.pairing_id, first.secret).status == "refused"
    assert subject.approve(second.pairing_id, second.code, None).result(PATIENCE_S)


def test_nobody_floods_the_list(subject: Pairings, desk: Desk) -> None:
    """It should limit each address by the minute, and all of them together."""
    for _ in range(OPENED_A_MINUTE):
        subject.open("node", "node", "flooder")
    with pytest.raises(TooManyRequestsError):
        subject.open("node", "node", "flooder")
    for number in range(MAX_WAITING - OPENED_A_MINUTE):
        subject.open("node", "node", f"address-{number}")
    with pytest.raises(TooManyWaitingError):
        subject.open("node", "node", "one-too-many")
    desk.system.advance(PAIRING_LIFE_S)
    subject.open("node", "node", "one-too-many")


def test_one_address_shuts_nobody_out(subject: Pairings, desk: Desk) -> None:
    """It should let others ask, however patiently one address fills the list."""
    for _ in range(MAX_FROM_ONE_ADDRESS):
        subject.open("node", "node", "flooder")
    desk.system.advance(61)
    with pytest.raises(TooManyWaitingError):
        subject.open("node", "node", "flooder")
    subject.open("node", "node", "somebody-else")
