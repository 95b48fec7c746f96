"""The web console of a stock DeepRacer, as far as a race needs it: log in, load, start, stop.

The paths and their answers are those of the public sources of the car's software
(github.com/aws-deepracer/aws-deepracer-webserver-pkg) and of the community's
(github.com/aws-deepracer-community/deepracer-custom-car): Flask behind nginx, which answers 401
without the cookie ``deepracer_token``. A stock car knows one cookie at a time: whoever logs in
last, also with a browser, ends the session of the other.
"""

import json
import threading
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from html.parser import HTMLParser
from typing import IO, Any
from urllib.parse import quote

import httpx2

from car_agent.stock.certificate import CertificatePin
from car_agent.stock.errors import ConsoleError, ConsolePasswordError, ConsoleRefusedError
from timing_server.contract.names import shown_text

#: A stop that isn't answered by then is sent again.
ANSWER_S = 1.5
CONNECT_S = 1.0
#: The console waits up to ten seconds for each of the car's parts, and a model needs several.
LOADING_S = 60.0
UPLOAD_S = 180.0
#: A page of the console has a few kilobytes; its list of models a few more.
MAX_ANSWER_BYTES = 1024 * 1024
#: The battery's gauge has eleven bars; below zero it isn't known.
BATTERY_BARS = 11

_COOKIE = "deepracer_token"
#: No session, or a session without this CSRF token: log in and ask again.
_LOGGED_OUT = (400, 401, 403)


class StockConsole:
    """One session with one car; any thread may call. Every call raises ConsoleError."""

    def __init__(
        self,
        address: str,
        password: str,
        pin: CertificatePin,
        clock_ns: Callable[[], int] = time.monotonic_ns,
    ) -> None:
        """``address`` is such as https://192.168.0.12."""
        self._address = address
        self._password = password
        self._pin = pin
        self._clock_ns = clock_ns
        self._csrf: str | None = None
        self._login_lock = threading.Lock()
        #: When the console last answered (mono_ns; 0: never), and what was wrong since.
        self.answered_mono_ns = 0
        self.trouble: str | None = "not asked yet"
        self._client = httpx2.Client(
            base_url=address,
            verify=pin.context(),
            timeout=httpx2.Timeout(ANSWER_S, connect=CONNECT_S),
            trust_env=False,
        )

    def close(self) -> None:
        """End the connections."""
        self._client.close()

    def start(self) -> None:
        """Let the car drive; it does so until it is told to stop, whatever becomes of the link."""
        self._put("/api/start_stop", {"start_stop": "start"})

    def stop(self) -> None:
        """Stop the car."""
        self._put("/api/start_stop", {"start_stop": "stop"})

    def drive_by_model(self) -> None:
        """Put the car into the mode in which its model drives."""
        self._put("/api/drive_mode", {"drive_mode": "auto"})

    def limit_throttle(self, throttle_pct: int) -> None:
        """Let the model have so many per cent of its throttle."""
        self._put("/api/max_nav_throttle", {"throttle": throttle_pct})

    def battery_frac(self) -> float | None:
        """Return how full the battery is, None where the car doesn't know."""
        bars = self._ask("GET", "/api/get_battery_level").get("battery_level")
        # No comparison holds for what is not a number.
        if not isinstance(bars, int | float) or not 0 <= bars <= BATTERY_BARS:
            return None
        return bars / BATTERY_BARS

    def software_version(self) -> str:
        """Return the version of the car's software."""
        told = self._ask("GET", "/api/get_device_info").get("software_version", "")
        return shown_text(str(told), 40)

    def upload(self, name: str, archive: IO[bytes]) -> None:
        """Put a model's archive into the folder ``name`` of the car; one of that name is gone."""
        files = {"file": (f"{name}.tar.gz", archive, "application/gzip")}
        self._ask("PUT", "/api/uploadModels", files=files, answer_s=UPLOAD_S)

    def model_in(self, folder: str) -> str | None:
        """Return what the model in a folder is called, None where there is none."""
        models = self._ask("GET", "/api/models", answer_s=LOADING_S).get("models")
        for each in models if isinstance(models, list) else []:
            if isinstance(each, dict) and each.get("model_folder_name") == folder:
                return str(each.get("model_name"))
        return None

    def load(self, folder: str, model: str) -> None:
        """Load a model; it is loaded when ``loading_state`` says so."""
        path = f"/api/models/{folder}/{quote(model, safe='')}"
        self._ask("PUT", path, json={}, answer_s=LOADING_S)

    def loading_state(self) -> str:
        """Return ``loading``, ``loaded``, ``error`` or what else the car says."""
        return str(self._ask("GET", "/api/isModelLoading").get("isModelLoading", ""))

    def log_in(self) -> None:
        """Begin a session. Raises ConsolePasswordError too."""
        with self._login_lock:
            self._log_in()

    def _put(self, path: str, content: Mapping[str, Any]) -> None:
        self._ask("PUT", path, json=content)

    def _ask(
        self, method: str, path: str, answer_s: float = ANSWER_S, **what: Any
    ) -> dict[str, Any]:
        """Ask once, and once more behind a new login where the session is over."""
        used = self._csrf
        if used is None:
            used = self._renew_session(None)
        answer = self._send(method, path, answer_s, used, **what)
        if answer.status_code in _LOGGED_OUT:
            for each in what.get("files", {}).values():
                each[1].seek(0)
            answer = self._send(method, path, answer_s, self._renew_session(used), **what)
        return self._read(path, answer)

    def _renew_session(self, ended: str | None) -> str:
        """Log in, unless another thread did so since ``ended`` was found to be over."""
        with self._login_lock:
            if self._csrf is None or self._csrf == ended:
                self._log_in()
            return self._csrf or ""

    def _log_in(self) -> None:
        self._csrf = None
        self._client.cookies.clear()
        page = self._send("GET", "/", ANSWER_S, None)
        token = _csrf_of(page.content.decode("utf-8", "replace"))
        if token is None:
            raise self._fail(f"What answers at {self._address} is not a DeepRacer's console.")
        answer = self._send("POST", "/login", ANSWER_S, token, data={"password": self._password})
        if answer.status_code >= 500:
            raise self._fail(f"The console answered its login with {answer.status_code}.")
        if _COOKIE not in self._client.cookies:
            message = f"The console at {self._address} doesn't accept the password."
            self.trouble = message
            raise ConsolePasswordError(message)
        self._csrf = token

    def _send(
        self, method: str, path: str, answer_s: float, csrf: str | None, **what: Any
    ) -> "_Answer":
        headers = {"Referer": f"{self._address}/home", "Accept-Encoding": "identity"}
        if csrf is not None:
            headers["X-CSRFToken"] = csrf
        timeout = httpx2.Timeout(answer_s, connect=CONNECT_S)
        try:
            with self._client.stream(
                method, path, headers=headers, timeout=timeout, **what
            ) as response:
                answer = self._received(response, self._clock_ns() + round(answer_s * 1e9))
        except (httpx2.HTTPError, httpx2.InvalidURL) as error:
            if self._pin.mismatch is not None:
                self.trouble = str(self._pin.mismatch)
                raise self._pin.mismatch from error
            reason = str(error) or type(error).__name__
            raise self._fail(f"The car's console doesn't answer ({reason}).") from error
        self.answered_mono_ns = self._clock_ns()
        return answer

    def _received(self, response: httpx2.Response, until_ns: int) -> "_Answer":
        """Return an answer that ends in time: the timeout alone is for each of its pieces."""
        content = bytearray()
        for piece in response.iter_raw():
            content += piece
            if len(content) > MAX_ANSWER_BYTES or self._clock_ns() > until_ns:
                raise self._fail("The car's console answers without an end.")
        return _Answer(response.status_code, bytes(content))

    def _read(self, path: str, answer: "_Answer") -> dict[str, Any]:
        if not 200 <= answer.status_code < 300:
            raise self._fail(f"The console answered {path} with {answer.status_code}.")
        try:
            content = json.loads(answer.content)
        except (ValueError, RecursionError) as error:
            raise self._fail(f"The console answered {path} with no JSON.") from error
        if not isinstance(content, dict):
            content = {}
        self.trouble = None
        if content.get("success") is False:
            reason = content.get("reason") or content.get("message") or "without a reason"
            told = shown_text(str(reason), 200)
            raise ConsoleRefusedError(f"The car refused {path}: {told}")
        return content

    def _fail(self, message: str) -> ConsoleError:
        self.trouble = message
        return ConsoleError(message)


@dataclass(frozen=True, slots=True)
class _Answer:
    """What the console answered, whole."""

    status_code: int
    content: bytes


class _CsrfFinder(HTMLParser):
    """Finds the token that the console's pages carry, in their head or in a form."""

    token: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Look at one element."""
        found = dict(attrs)
        if tag == "meta" and found.get("name") == "csrf-token":
            self.token = found.get("content") or self.token
        elif tag == "input" and found.get("name") == "csrf_token":
            self.token = found.get("value") or self.token


def _csrf_of(page: str) -> str | None:
    finder = _CsrfFinder()
    finder.feed(page)
    return finder.token
