"""`python -m onestop_desktop.hub`, and the console script `onestop-hub`."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the hub's command line and hand its exit code to the shell."""
    try:
        from onestop_desktop.hub.command import main as run  # noqa: PLC0415  the desk comes without the hub's libraries
    except ModuleNotFoundError as error:
        sys.stderr.write(f"onestop-hub: {error.name} is missing; install onestop-desktop[hub]\n")
        sys.exit(2)
    sys.exit(run())


if __name__ == "__main__":
    main()
