"""A stock car's console over real TLS: its pages, cookie, CSRF token, answers, and its bad days."""

import json
import queue
import re
import ssl
import threading
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from http.cookies import SimpleCookie
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID

PASSWORD = "underside-of-the-car"  # noqa: S105 - a made-up one
CSRF = "a-csrf-token"
_MULTIPART_NAME = re.compile(rb'filename="([^"]+)"')


class ConsoleEmulator:
    """Keeps what it was asked for in ``calls``, and whether the car drives in ``is_driving``.

    ``fails`` maps a path to the status that it is answered with; ``hold`` makes calls wait until
    it is set again; ``refuses`` maps a path to a reason; ``endless`` are paths that
    are answered bit by bit, without an end. ``looks_until_loaded`` is how often the
    car says ``loading`` first.
    """

    def __init__(self, folder: Path, port: int = 0) -> None:
        self.calls: queue.SimpleQueue[tuple[str, Any]] = queue.SimpleQueue()
        self.is_driving = False
        self.mode = "manual"
        self.throttle_pct: int | None = None
        self.battery_level: float = 11
        self.fails: dict[str, int] = {}
        self.refuses: dict[str, str] = {}
        self.endless: set[str] = set()
        self.hold = threading.Event()
        self.hold.set()
        self.is_gone = threading.Event()
        self.models: dict[str, str] = {}
        self.uploads: dict[str, bytes] = {}
        self.loaded: str | None = None
        self.looks_until_loaded = 1
        self.logins = 0
        self.token: str | None = None
        owner = self

        class Handler(_Handler):
            car = owner

        self._http = ThreadingHTTPServer(("127.0.0.1", port), Handler)
        self._http.socket = _server_context(folder).wrap_socket(
            self._http.socket, server_side=True, do_handshake_on_connect=False
        )
        self._thread = threading.Thread(target=self._http.serve_forever, args=(0.02,))
        self._thread.start()

    @property
    def url(self) -> str:
        """Its address."""
        return f"https://127.0.0.1:{self.port}"

    @property
    def port(self) -> int:
        """Its port."""
        return self._http.server_port

    def end_session(self) -> None:
        """Let somebody else log in: a stock car knows one session."""
        self.token = "of-somebody-else"  # noqa: S105 - a made-up one

    def put(self, path: str, content: dict[str, Any]) -> dict[str, Any]:
        """Do what a PUT with JSON asks for."""
        self.calls.put((path, content))
        if path == "/api/start_stop":
            self.is_driving = content["start_stop"] != "stop"
        elif path == "/api/drive_mode":
            self.mode = content["drive_mode"]
            self.is_driving = False
        elif path == "/api/max_nav_throttle":
            self.throttle_pct = content["throttle"]
        elif path.startswith("/api/models/"):
            self.loaded = path.split("/")[3]
        return {"success": True}

    def get(self, path: str) -> dict[str, Any]:
        """Answer a GET."""
        if path == "/api/get_battery_level":
            return {"success": True, "battery_level": self.battery_level}
        if path == "/api/get_device_info":
            return {"success": True, "software_version": "2.0.383.0", "hardware_version": "1"}
        if path == "/api/models":
            found = [
                {"model_folder_name": folder, "model_name": name}
                for folder, name in self.models.items()
            ]
            return {"models": found, "sensor_status": {}}
        if path == "/api/isModelLoading":
            self.looks_until_loaded -= 1
            return {
                "success": True,
                "isModelLoading": "loading" if self.looks_until_loaded >= 0 else "loaded",
            }
        return {"success": False, "reason": "unknown"}

    def upload(self, body: bytes) -> dict[str, Any]:
        """Keep an archive, as the car unpacks it."""
        found = _MULTIPART_NAME.search(body)
        name = found.group(1).decode() if found else ""
        if not name.endswith(".tar.gz"):
            return {"success": False, "message": "Failed to upload the model. Not a .tar.gz file"}
        folder = name.removesuffix(".tar.gz")
        self.uploads[folder] = body
        self.models[folder] = "model"
        return {"success": True, "message": "uploaded"}

    def __enter__(self) -> Self:
        """Return itself, already running."""
        return self

    def __exit__(self, *_: object) -> None:
        """Be gone."""
        self.is_gone.set()
        self.hold.set()
        self._http.shutdown()
        self._thread.join()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    car: ConsoleEmulator
    protocol_version = "HTTP/1.1"
    timeout = 10

    def do_GET(self) -> None:
        """Serve the page with the token, and the API."""
        if self.path == "/":
            page = f'<html><head><meta name="csrf-token" content="{CSRF}"></head></html>'
            self._answer(200, page.encode(), "text/html", ("Set-Cookie", "session=s1; Secure"))
        elif self._is_welcome():
            self._json(self.car.get(self.path))

    def do_POST(self) -> None:
        """Log in."""
        body = self._body()
        if self.headers.get("X-CSRFToken") != CSRF:
            self._answer(400, b"The CSRF token is missing.", "text/html")
        elif self.path == "/login" and f"password={PASSWORD}".encode() == body:
            self.car.logins += 1
            self.car.token = f"token-{self.car.logins}"
            cookie = f"deepracer_token={self.car.token}; Max-Age=3600; Secure; Path=/"
            self._answer(200, b'{"redirect": "/home"}', "application/json", ("Set-Cookie", cookie))
        else:
            self._answer(200, b"failure", "text/html")

    def do_PUT(self) -> None:
        """Serve the API's commands."""
        body = self._body()
        if not self._is_welcome():
            return
        if self.path in self.car.refuses:
            self._json({"success": False, "reason": self.car.refuses[self.path]})
        elif self.path == "/api/uploadModels":
            self._json(self.car.upload(body))
        else:
            self._json(self.car.put(self.path, json.loads(body)))

    def log_message(self, *_args: object) -> None:
        """Keep the tests' output quiet."""

    def _is_welcome(self) -> bool:
        self.car.hold.wait(10)
        if self.path in self.car.fails:
            self._answer(self.car.fails[self.path], b"<html>error</html>", "text/html")
            return False
        if self.path in self.car.endless:
            self._drip()
            return False
        token = SimpleCookie(self.headers.get("Cookie", "")).get("deepracer_token")
        if token is None or token.value != self.car.token:
            self._answer(401, b"", "text/html")
            return False
        if self.command == "PUT" and self.headers.get("X-CSRFToken") != CSRF:
            self._answer(400, b"The CSRF token is missing.", "text/html")
            return False
        return True

    def _drip(self) -> None:
        self.send_response(200)
        self.send_header("Content-Length", str(2**40))
        self.end_headers()
        with suppress(OSError):
            while not self.car.is_gone.wait(0.05):
                self.wfile.write(b" ")
        self.close_connection = True

    def _body(self) -> bytes:
        return self.rfile.read(int(self.headers.get("Content-Length", "0")))

    def _json(self, content: dict[str, Any]) -> None:
        self._answer(200, json.dumps(content).encode(), "application/json")

    def _answer(self, status: int, body: bytes, kind: str, *headers: tuple[str, str]) -> None:
        self.send_response(status)
        self.send_header("Content-Type", kind)
        self.send_header("Content-Length", str(len(body)))
        for name, value in headers:
            self.send_header(name, value)
        self.end_headers()
        try:
            self.wfile.write(body)
        except OSError:
            # Whoever asked has given up, which is its right.
            return


def _server_context(folder: Path) -> ssl.SSLContext:
    """Return a context with a certificate that the car made for itself just now."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "AMSS-TEST")])
    # Long over: a car's clock is often wrong.
    made = datetime(2020, 1, 1, tzinfo=UTC)
    certificate = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(made)
        .not_valid_after(made + timedelta(days=365))
        .sign(key, hashes.SHA256())
    )
    file = folder / "console.pem"
    file.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + certificate.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    return context
