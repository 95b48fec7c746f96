"""The hotspot's file: what NetworkManager reads, and the passphrase that survives in it."""

import configparser
import subprocess
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from timing_server.at_the_track import hotspot as subject
from timing_server.at_the_track.wishes import HotspotWish

PASSPHRASES = st.text(st.characters(min_codepoint=32, max_codepoint=126), min_size=8, max_size=63)


def read(wish: HotspotWish) -> configparser.ConfigParser:
    found = configparser.ConfigParser(interpolation=None, delimiters=("=",), comment_prefixes="#")
    found.read_string(subject.keyfile(wish))
    return found


def test_an_access_point_with_addresses_that_doesnt_doze() -> None:
    """It should be an access point that gives addresses, comes up by itself, never saves power."""
    found = read(HotspotWish("Friday League", "abcd-efgh-jkmn"))
    assert found["wifi"]["mode"] == "ap"
    assert found["wifi"]["ssid"] == "Friday League"
    assert found["wifi"]["powersave"] == "2"
    assert found["connection"]["autoconnect"] == "true"
    assert found["ipv4"]["method"] == "shared"
    assert found["ipv4"]["address1"] == "10.42.0.1/24"
    assert found["wifi-security"]["psk"] == "abcd-efgh-jkmn"


@pytest.mark.parametrize(("band", "letters"), [("2.4", "bg"), ("5", "a")])
def test_the_band(band: str, letters: str) -> None:
    """It should use a channel of its band that needs no radar check."""
    found = read(HotspotWish("x", "12345678", band=band))  # type: ignore[arg-type]
    assert found["wifi"]["band"] == letters
    assert int(found["wifi"]["channel"]) in (6, 36)


@pytest.mark.parametrize(
    ("security", "key", "frames"), [("wpa2", "wpa-psk", "1"), ("wpa3", "sae", "3")]
)
def test_the_security(security: str, key: str, frames: str) -> None:
    """It should ask for protected management frames where WPA3 demands them."""
    found = read(HotspotWish("x", "12345678", security=security))  # type: ignore[arg-type]
    assert (found["wifi-security"]["key-mgmt"], found["wifi-security"]["pmf"]) == (key, frames)


def test_an_unusual_name_is_a_list_of_bytes() -> None:
    """It should write what a keyfile could misread as the bytes that it is."""
    assert read(HotspotWish("a;b", "12345678"))["wifi"]["ssid"] == "97;59;98;"
    assert read(HotspotWish(" é", "12345678"))["wifi"]["ssid"] == "32;195;169;"


def test_a_passphrase_that_can_be_typed() -> None:
    """It should be new each time, of twelve letters and digits that no eye mixes up."""
    made = {subject.new_passphrase() for _ in range(50)}
    assert len(made) == 50
    assert all(len(each.replace("-", "")) == 12 for each in made)
    assert not set("01ilo") & set("".join(made))


@given(PASSPHRASES)
def test_the_passphrase_stays(passphrase: str) -> None:
    """It should read back exactly what it wrote, so that an install keeps the phones."""
    text = subject.keyfile(HotspotWish("x", passphrase))
    assert subject.passphrase_of(text) == passphrase


@pytest.mark.parametrize("passphrase", ["abcd-efgh", r"a\"b$c`d\\ef", "  '8' # ;  "])
def test_the_server_hears_the_same(passphrase: str, tmp_path: Path) -> None:
    """It should quote the passphrase for systemd, which reads such a file as a shell does."""
    written = tmp_path / "hotspot.env"
    written.write_text(subject.environment(HotspotWish("x", passphrase)))
    script = f'. {written}; printf %s "$PADDOCK_SERVER_WIFI_PASSPHRASE"'
    done = subprocess.run(["sh", "-c", script], capture_output=True, text=True, check=True)
    assert done.stdout == passphrase
