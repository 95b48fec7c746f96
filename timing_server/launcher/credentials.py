"""Gets the organiser and each device a token of its own, kept for the next start."""

from pathlib import Path

from timing_server.launcher.api import OrganiserApi
from timing_server.launcher.errors import NotReadyError

ORGANISER = "organiser"


def token_file(tokens_dir: Path, principal: str) -> Path:
    """Return where a principal's bearer token is kept (readable by this user alone)."""
    return tokens_dir / f"{principal}.token"


def sign_in(api: OrganiserApi, server_dir: Path, tokens_dir: Path) -> None:
    """Become an organiser: with the token of last time, else with the server's setup code.

    Raises NotReadyError where neither is at hand, which means that the folder was half-deleted.
    """
    kept = token_file(tokens_dir, ORGANISER)
    if not kept.exists():
        setup_code = server_dir / "setup-code"
        if not setup_code.exists():
            raise NotReadyError(
                f"The demo's folder {server_dir.parent} has neither a token nor a setup code; "
                "delete it and start again."
            )
        answer = api.post("/pair", {"code": setup_code.read_text(encoding="utf-8").strip()})
        _keep(kept, answer["token"])
    api.authorise(kept.read_text(encoding="utf-8").strip())


def provide_token(api: OrganiserApi, tokens_dir: Path, principal: str, role: str) -> None:
    """Make sure that a device has a token file."""
    kept = token_file(tokens_dir, principal)
    if kept.exists():
        return
    body = {"principal": principal, "role": role, "scope": principal}
    _keep(kept, api.post("/credentials", body)["token"])


def _keep(path: Path, token: str) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.touch(mode=0o600)
    path.write_text(token + "\n", encoding="utf-8")
