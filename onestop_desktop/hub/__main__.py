"""`onestop-hub`: the name is reserved; the district's server is not in this version."""

from __future__ import annotations

import sys

from onestop_desktop.errors import Exit
from onestop_desktop.words import load


def main() -> None:
    """Say that there is no hub yet, and leave with the code for a refusal."""
    sys.stderr.write(load().say("hub.not_in_this_version") + "\n")
    sys.exit(int(Exit.REFUSED))


if __name__ == "__main__":
    main()
