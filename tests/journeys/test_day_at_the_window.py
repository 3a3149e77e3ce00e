"""A few citizens of the sample day at the real window, in a process of its own, by keys and scans alone.

The whole day: `make day` (about three minutes).
"""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from tests.journeys.day_at_the_window import Day

CITIZENS = 5
NEEDED = ("Xvfb", "xkbcomp", "xdotool", "import")


@pytest.mark.slow
def test_citizens_are_taken_moved_on_and_handed_their_results(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    missing = [name for name in NEEDED if shutil.which(name) is None]
    if missing:
        reason = f"the window's day needs {', '.join(missing)} from Debian (xvfb, xdotool, imagemagick)"
        with capsys.disabled():
            print(f"\nskipped: {reason}")
        pytest.skip(reason)
    told = Day(tmp_path / "day", tmp_path / "pictures", CITIZENS).play()
    assert told["states"] == {"returned": CITIZENS}
    assert told["names"] == CITIZENS, "each name stands there as it was scanned, letter by letter"
    assert told["verify"] == 0
    assert told["scans"] >= 3 * CITIZENS
    with capsys.disabled():
        print(f"\n{CITIZENS} citizens from card to result: {told['keys']} keys, {told['scans']} scans")
