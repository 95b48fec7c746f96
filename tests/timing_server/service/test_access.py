from functools import partial
from pathlib import Path

import pytest

from tests.timing_server.service.desk import PATIENCE_S, Desk, FakeClock, open_desk
from timing_server.service.access import SESSION_LIFE_S, Access, Identity, digest
from timing_server.service.entities import Car, CredentialKind
from timing_server.service.errors import CodeRefusedError, TooManyTriesError, UnknownIdError
from timing_server.service.log.draft import Draft

MARSHAL = Identity("mara", "marshal")


class CountedSecrets:
    """Secrets that tests can foresee."""

    def __init__(self) -> None:
        self._count = 0

    def token(self) -> str:
        """Return the next token."""
        self._count += 1
        return f"token-{self._count}"

    def code(self) -> str:
        """Return the next code."""
        self._count += 1
        return f"ABCD-{self._count:04}"

    def digits(self) -> str:
        """Return the next six digits."""
        self._count += 1
        return f"{self._count:06}"


class MemorySetupFile:
    """A setup code file without a disk."""

    def __init__(self) -> None:
        self.code: str | None = None

    def read_setup_code(self) -> str | None:
        """Return the code."""
        return self.code

    def write_setup_code(self, code: str) -> None:
        """Keep the code."""
        self.code = code

    def delete_setup_code(self) -> None:
        """Forget the code."""
        self.code = None


def access_on(desk: Desk, file: MemorySetupFile) -> Access:
    ids = iter(f"credential-{number}" for number in range(100))
    return Access(desk.writer, desk.clock.now_ns, CountedSecrets(), lambda: next(ids), file)


@pytest.fixture
def file() -> MemorySetupFile:
    return MemorySetupFile()


@pytest.fixture
def subject(desk: Desk, file: MemorySetupFile) -> Access:
    return access_on(desk, file)


@pytest.mark.parametrize("kind", ["token", "session"])
def test_a_code_works_once_however_it_is_typed(subject: Access, kind: CredentialKind) -> None:
    """It should forgive case, dashes and blanks, and nothing else."""
    code = subject.open_code(MARSHAL, 60).result(PATIENCE_S)
    issued = subject.redeem(f"  {code.lower().replace('-', ' ')}", kind, "a").result(PATIENCE_S)
    assert issued.credential.role == "marshal"
    assert subject.credential_of(issued.token) == issued.credential
    with pytest.raises(CodeRefusedError):
        subject.redeem(code, kind, "a").result(PATIENCE_S)


def test_a_code_expires(subject: Access, desk: Desk) -> None:
    """It should be refused once its life is over, by the race clock."""
    code = subject.open_code(MARSHAL, 60).result(PATIENCE_S)
    desk.system.advance(60)
    with pytest.raises(CodeRefusedError):
        subject.redeem(code, "token", "a").result(PATIENCE_S)
    desk.do(subject.ensure_setup_code)
    assert [each.expires_race_ns for each in desk.store.codes()] == [None]


def test_a_session_expires_and_a_token_does_not(subject: Access, desk: Desk) -> None:
    """It should log browsers out after twelve hours, whatever the wall clock says."""
    codes = [subject.open_code(MARSHAL, None).result(PATIENCE_S) for _ in range(2)]
    session = subject.redeem(codes[0], "session", "a").result(PATIENCE_S)
    token = subject.redeem(codes[1], "token", "a").result(PATIENCE_S)
    desk.system.wall = desk.system.wall.replace(year=2050)
    assert subject.credential_of(session.token)
    desk.system.advance(SESSION_LIFE_S)
    assert subject.credential_of(session.token) is None
    assert subject.credential_of(token.token)
    assert subject.all() == [token.credential]


def test_a_revoked_token_is_worthless(subject: Access) -> None:
    """It should be unknown from then on."""
    issued = subject.issue(MARSHAL).result(PATIENCE_S)
    subject.revoke(issued.credential.credential_id).result(PATIENCE_S)
    assert subject.credential_of(issued.token) is None
    with pytest.raises(UnknownIdError):
        subject.revoke(issued.credential.credential_id).result(PATIENCE_S)


@pytest.mark.parametrize("scope", ["blue", None])
def test_a_car_must_be_known(subject: Access, desk: Desk, scope: str | None) -> None:
    """It should let in only a car that is signed up; any other would wait for ever."""
    desk.do(partial(Draft.put_car, car=Car("red", "Red Rocket", "#ef4444")))
    stranger = Identity("red", "car", scope)
    for refused in (subject.issue(stranger), subject.open_code(stranger, 60)):
        with pytest.raises(UnknownIdError) as caught:
            refused.result(PATIENCE_S)
        assert caught.value.code == "unknown_car"
    known = Identity("pi-4", "car", "red")
    code = subject.open_code(known, 60).result(PATIENCE_S)
    assert subject.redeem(code, "token", "a").result(PATIENCE_S).credential.scope == "red"
    assert subject.issue(known).result(PATIENCE_S).credential.scope == "red"


@pytest.mark.parametrize("token", ["", " ", "token", digest("token-1")])
def test_what_is_no_token_is_nobody(subject: Access, token: str) -> None:
    """It should not take an empty text, nor the hash that is stored, for a token."""
    subject.issue(MARSHAL).result(PATIENCE_S)
    assert subject.credential_of(token) is None


def test_a_setup_code_is_open_as_long_as_nobody_can_organise(
    tmp_path: Path, file: MemorySetupFile
) -> None:
    """It should stay over restarts, go when used, and come again when all organisers are gone."""
    system = FakeClock()
    with open_desk(tmp_path, system) as desk:
        access = access_on(desk, file)
        desk.do(access.ensure_setup_code)
        first = access.open_setup_code()
        assert first is not None
    with open_desk(tmp_path, system) as desk:
        access = access_on(desk, file)
        desk.do(access.ensure_setup_code)
        assert access.open_setup_code() == first
        issued = access.redeem(first, "session", "a").result(PATIENCE_S)
        assert issued.credential.role == "organiser"
        assert access.open_setup_code() is None
        assert file.code is None
        desk.do(access.ensure_setup_code)
        assert access.open_setup_code() is None
    system.advance(SESSION_LIFE_S + 1)
    with open_desk(tmp_path, system) as desk:
        access = access_on(desk, file)
        desk.do(access.ensure_setup_code)
        assert access.open_setup_code() is not None
        assert desk.store.credentials() == []


def test_a_lost_setup_file_is_made_anew(desk: Desk, file: MemorySetupFile) -> None:
    """It should open another code where the file with the first was deleted."""
    access = access_on(desk, file)
    desk.do(access.ensure_setup_code)
    file.code = None
    desk.do(access.ensure_setup_code)
    code = access.open_setup_code()
    assert code is not None
    assert access.redeem(code, "token", "a").result(PATIENCE_S).credential.role == "organiser"


def test_an_empty_setup_file_asks_for_another_code(desk: Desk, file: MemorySetupFile) -> None:
    """It should let an organiser in whose only browser was lost, and leave the others in."""
    access = access_on(desk, file)
    desk.do(access.ensure_setup_code)
    first = access.open_setup_code()
    assert first is not None
    lost = access.redeem(first, "session", "a").result(PATIENCE_S)
    file.code = ""
    desk.do(access.ensure_setup_code)
    code = access.open_setup_code()
    assert code is not None
    assert code != first
    assert access.redeem(code, "session", "a").result(PATIENCE_S).credential.role == "organiser"
    assert access.credential_of(lost.token) is not None
    assert file.code is None


def test_wrong_codes_are_limited_by_client(subject: Access, desk: Desk) -> None:
    """It should stop one client after five, not another, and forgive after a minute."""
    for _ in range(5):
        with pytest.raises(CodeRefusedError):
            subject.redeem("WRONG", "token", "guesser").result(PATIENCE_S)
    with pytest.raises(TooManyTriesError):
        subject.redeem("WRONG", "token", "guesser")
    code = subject.open_code(MARSHAL, 600).result(PATIENCE_S)
    assert subject.redeem(code, "token", "somebody").result(PATIENCE_S)
    desk.system.advance(61)
    with pytest.raises(CodeRefusedError):
        subject.redeem("WRONG", "token", "guesser").result(PATIENCE_S)
