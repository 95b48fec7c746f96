"""A process that tells what ``paddock train --json`` tells, at a test's own pace.

What it tells is written into a file by the test, one line at a time; it goes on from a checkpoint
as the real one does, and keeps a model where it was told to.
"""

import sys
import time
from pathlib import Path


def option(name: str) -> str:
    """Return what follows an option on the command line."""
    return sys.argv[sys.argv.index(name) + 1]


def main() -> None:
    """Tell each line of the script once it is there, copy the model, and end when told to."""
    script = Path(option("--reward")).with_name("script")
    model, picture, out = Path(sys.argv[1]), Path(sys.argv[2]), Path(option("--out"))
    checkpoint = out.with_name(out.name + ".checkpoint")
    done = int(checkpoint.read_text()) if checkpoint.exists() else 0
    while True:
        lines = script.read_text().splitlines() if script.exists() else []
        for line in lines[done:]:
            done += 1
            if line.startswith("exit"):
                sys.stderr.write("a line before\npaddock: The last words.\n")
                sys.exit(int(line.split()[1]))
            if '"round"' in line:
                out.write_bytes(model.read_bytes())
                Path(option("--view")).write_bytes(picture.read_bytes())
                checkpoint.write_text(str(done))
            sys.stdout.write(line + "\n")
            sys.stdout.flush()
        time.sleep(0.02)


if __name__ == "__main__":
    main()
