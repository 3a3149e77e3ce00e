"""`python -m onestop_desktop`: the window without arguments, else the command line."""

from __future__ import annotations

import sys

from onestop_desktop.cli.main import main as run


def main() -> None:
    """Run the program and hand its exit code to the shell."""
    sys.exit(run())


if __name__ == "__main__":
    main()
