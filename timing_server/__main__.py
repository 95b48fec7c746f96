"""``python -m timing_server`` is ``paddock``, for whoever starts it without the script."""

from timing_server.cli import main

if __name__ == "__main__":
    main()
