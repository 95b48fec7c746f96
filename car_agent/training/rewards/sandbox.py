"""The command that runs a reward function's child process with hardly anything to see.

Bubblewrap gives it namespaces of its own: no network, no other process, no home, no /proc, an
empty /tmp, and read-only what Python needs. Where the file's owner trusts it there is no
bubblewrap, only the limits that the child sets itself (``confine``).
"""

import importlib.util
import os
import shutil
import subprocess
import sys
import sysconfig
from contextlib import suppress
from functools import cache
from pathlib import Path

from car_agent.training.rewards.errors import SandboxMissingError
from car_agent.training.waiting import slices

_HERE = Path(__file__).parent
_SHOWN_AT = "/paddock"
_FILES = ("worker.py", "confine.py")
#: What drivers import beside the standard library, where it is installed, and the folders that
#: come with it.
_PACKAGES = ("numpy", "numpy.libs", "scipy", "scipy.libs", "shapely", "shapely.libs")
_PACKAGES_AT = "/packages"
#: Where a Linux keeps the libraries that Python itself is linked to.
_LIBRARIES = ("/lib", "/lib64", "/usr/lib", "/usr/lib64", "/etc/ld.so.cache")
_TRIAL_S = 20

_ENVIRONMENT = {"LANG": "C.UTF-8", "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}

INSTALL = (
    "install bubblewrap (sudo apt install bubblewrap), or add --trust-reward where the file is "
    "your own"
)


def sandboxed_command() -> list[str]:
    """Return the command of the child under bubblewrap.

    Raises SandboxMissingError where bubblewrap is missing or may not make a sandbox.
    """
    bwrap = shutil.which("bwrap")
    if bwrap is None:
        raise SandboxMissingError(
            f"Reward functions run in a sandbox, and this machine has none: {INSTALL}."
        )
    confined = [bwrap, *_views(), "--chdir", "/tmp"]  # noqa: S108 - the sandbox's own
    _try_out(tuple(confined))
    return [*confined, *_python(f"{_SHOWN_AT}/worker.py")]


def trusted_command() -> list[str]:
    """Return the command of the child without a sandbox, for one's own file."""
    return _python(str(_HERE / "worker.py"))


def bare_environment() -> dict[str, str]:
    """Return the little that the child's Python needs of an environment."""
    return dict(_ENVIRONMENT)


def trusted_packages() -> list[str]:
    """Return where the child without a sandbox finds the packages that drivers use."""
    return [sysconfig.get_path("platlib")]


def _python(worker: str) -> list[str]:
    return [os.path.realpath(sys.executable), "-I", "-S", "-B", worker]


def _views() -> list[str]:
    """Return bubblewrap's options: what is cut off, and what is shown read-only."""
    options = ["--unshare-all", "--die-with-parent", "--new-session", "--cap-drop", "ALL"]
    options += ["--clearenv"]
    for name, value in _ENVIRONMENT.items():
        options += ["--setenv", name, value]
    for library in _LIBRARIES:
        if Path(library).is_symlink():
            options += ["--symlink", str(Path(library).readlink()), library]
        else:
            options += ["--ro-bind-try", library, library]
    options += _python_views()
    for name in _FILES:
        options += ["--ro-bind", str(_HERE / name), f"{_SHOWN_AT}/{name}"]
    for name in _PACKAGES:
        folder = _package_folder(name)
        if folder is not None:
            options += ["--ro-bind", str(folder), f"{_PACKAGES_AT}/{name}"]
    options += ["--dev", "/dev", "--tmpfs", "/tmp"]  # noqa: S108
    # All three are in memory, of which even empty files take some: nothing may be kept there.
    for made in ("/tmp", "/dev", "/"):  # noqa: S108
        options += ["--remount-ro", made]
    return options


def _python_views() -> list[str]:
    """Show the interpreter and its standard library where they are: it finds itself by them."""
    binary = os.path.realpath(sys.executable)
    shown = {binary, sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib")}
    library = sysconfig.get_config_var("LDLIBRARY")
    folder = sysconfig.get_config_var("LIBDIR")
    if library and folder and ".so" in library:
        shown |= {str(each) for each in Path(folder).glob("libpython3*.so*")}
    views: list[str] = []
    for path in sorted(shown):
        if Path(path).exists():
            views += ["--ro-bind", path, path]
    # Packages that are installed there are nobody's business.
    packages = Path(sysconfig.get_path("stdlib")) / "site-packages"
    hidden = ["--tmpfs", str(packages), "--remount-ro", str(packages)]
    return [*views, *hidden] if packages.is_dir() else views


def _package_folder(name: str) -> Path | None:
    top = name.partition(".")[0]
    found = importlib.util.find_spec(top)
    if found is None or not found.submodule_search_locations:
        return None
    folder = Path(found.submodule_search_locations[0]).parent / name
    return folder if folder.is_dir() else None


@cache
def _try_out(confined: tuple[str, ...]) -> None:
    """Find out whether this machine lets a sandbox be made. Raises SandboxMissingError."""
    command = [*confined, os.path.realpath(sys.executable), "-I", "-S", "-c", ""]
    with subprocess.Popen(  # noqa: S603 - bubblewrap and our own interpreter
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
    ) as trial:
        cries = _end_of(trial)
    if cries is None:
        raise SandboxMissingError(
            "Reward functions run in a sandbox, and bubblewrap does not answer on this machine; "
            "add --trust-reward where the file is your own."
        )
    if trial.returncode:
        said = " ".join(cries.split())[:200] or f"it ended with {trial.returncode}"
        raise SandboxMissingError(
            f"Reward functions run in a sandbox, and this machine lets none be made ({said}): let "
            "users make namespaces, or add --trust-reward where the file is your own."
        )


def _end_of(trial: "subprocess.Popen[bytes]") -> str | None:
    """Wait for a trial's end and return what it complained; None, and killed, where it has none."""
    for wait_s in slices(_TRIAL_S):
        with suppress(subprocess.TimeoutExpired):
            return trial.communicate(timeout=wait_s)[1].decode(errors="replace")
    trial.kill()
    return None
