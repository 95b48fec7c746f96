"""Speech over HTTP."""

import shutil

import httpx2
import pytest

from tests.timing_server.web.live_server import Organiser


def asked(organiser: Organiser, **params: str) -> httpx2.Response:
    """Ask as any screen does, signed in as nobody."""
    return httpx2.get(f"{organiser.url}/speech", params=params)


def test_a_sentence_for_anybody(organiser: Organiser) -> None:
    """It should answer with sound, or say what to install."""
    answer = asked(organiser, text="Lap 3. 9.482", lang="en")
    if shutil.which("espeak-ng"):
        assert answer.headers["Content-Type"] == "audio/wav"
        assert answer.content.startswith(b"RIFF")
    else:
        assert (answer.status_code, answer.json()["code"]) == (409, "no_speech")


@pytest.mark.parametrize(
    "params", [{}, {"text": ""}, {"text": "  "}, {"text": "x" * 201}, {"text": "a", "lang": "xx"}]
)
def test_what_is_no_sentence(organiser: Organiser, params: dict[str, str]) -> None:
    """It should refuse it, and start nothing."""
    assert asked(organiser, **params).status_code == 422


def test_a_name_as_it_is_spoken(organiser: Organiser) -> None:
    """It should give screens the name as a voice reads it, once the organiser said how."""
    driver = organiser.post("/drivers", {"name": "Nguyen Apexhausen"})
    event = organiser.post("/events", {"name": "Cup"})["event_id"]
    entry = organiser.post(f"/events/{event}/entries", {"driver_ids": [driver["driver_id"]]})

    def shown() -> dict[str, object]:
        entries = organiser.get(f"/events/{event}/view")["view"]["entries"]
        return dict(entries[entry["entry_id"]])

    assert "spoken" not in shown()
    path = f"/drivers/{driver['driver_id']}"
    changed = organiser.http.patch(path, json={"spoken_as": "Win Apex-house-en"}).json()
    assert changed["spoken_as"] == "Win Apex-house-en"
    assert (shown()["name"], shown()["spoken"]) == ("Nguyen Apexhausen", "Win Apex-house-en")
