"""The press: anybody may ask for files, and a hall that does must not hold the race up."""

import asyncio
import threading

from tests.timing_server.service.exports.told import golden_results, with_name
from timing_server.service.exports.press import KEPT_FILES, MAX_KEPT_BYTES, Press


class _Writer:
    """Writes the same text each time; knows how often, and how many wrote at once."""

    def __init__(self, content: bytes = b"paper") -> None:
        self.written = 0
        self.most_at_once = 0
        self._content = content
        self._busy = threading.Semaphore(0)
        self._at_once = 0

    def __call__(self) -> bytes:
        self._at_once += 1
        self.most_at_once = max(self.most_at_once, self._at_once)
        # Whoever wrote beside this would come in here.
        self._busy.acquire(timeout=0.02)
        self.written += 1
        self._at_once -= 1
        return self._content


def test_a_file_that_a_hall_asks_for_is_written_once() -> None:
    """It should write one file for all who ask at the same time, and for who asks later."""

    async def ask() -> None:
        press, write, event = Press(), _Writer(), golden_results()
        asked = (press.file(event, "results.pdf", "en", write) for _ in range(20))
        assert set(await asyncio.gather(*asked)) == {b"paper"}
        later = event.model_copy(update={"exported_utc": "2031-01-01T00:00:00+00:00"})
        assert await press.file(later, "results.pdf", "en", write) == b"paper"
        assert write.written == 1

    asyncio.run(ask())


def test_other_results_kinds_and_languages_are_written_anew() -> None:
    """It should never give a file about what was before."""

    async def ask() -> None:
        press, write, event = Press(), _Writer(), golden_results()
        await press.file(event, "results.pdf", "en", write)
        await press.file(event, "results.pdf", "es", write)
        await press.file(event, "heats.pdf", "en", write)
        await press.file(with_name("Nitro Newt"), "results.pdf", "en", write)
        assert write.written == 4

    asyncio.run(ask())


def test_different_files_are_written_one_at_a_time() -> None:
    """It should let one thread work, however many files are asked for."""

    async def ask() -> None:
        press, write, event = Press(), _Writer(), golden_results()
        await asyncio.gather(*(press.file(event, f"{at}.pdf", "en", write) for at in range(6)))
        assert (write.written, write.most_at_once) == (6, 1)

    asyncio.run(ask())


def test_what_is_kept_is_bounded() -> None:
    """It should forget the file that was asked for longest ago, and keep no large one."""

    async def ask() -> None:
        press, write, event = Press(), _Writer(), golden_results()
        for at in range(KEPT_FILES + 1):
            await press.file(event, f"{at}.csv", "en", write)
        await press.file(event, f"{KEPT_FILES}.csv", "en", write)
        assert write.written == KEPT_FILES + 1
        await press.file(event, "0.csv", "en", write)
        assert write.written == KEPT_FILES + 2
        large = _Writer(b"x" * (MAX_KEPT_BYTES + 1))
        for _ in range(2):
            await press.file(event, "large.pdf", "en", large)
        assert large.written == 2

    asyncio.run(ask())


def test_reading_is_done_in_turn() -> None:
    """It should let one thread find out about an event at a time."""

    async def ask() -> None:
        press, look = Press(), _Writer()
        assert await asyncio.gather(*(press.read(look) for _ in range(4))) == [b"paper"] * 4
        assert (look.written, look.most_at_once) == (4, 1)

    asyncio.run(ask())
