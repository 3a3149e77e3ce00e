"""Made-up runs of entries for the tests of the wire."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from onestop_desktop.clock import HANOI
from onestop_desktop.domain.entry import GENESIS, Entry, Happening, Place, open_entry, seal
from onestop_desktop.wire import packet, signing
from tests.processes import ROOT

SEED = b"d" * 32
PUBLIC = signing.public_of(SEED)
KEY = signing.key_id(PUBLIC)
EPOCH = "0f" * 16
AT = datetime(2026, 11, 23, 8, 15, tzinfo=HANOI)


def run(happenings: Sequence[tuple[str, dict[str, Any], str]], first: int = 1, desk: str = "01") -> list[Entry]:
    """Chain entries of (kind, body, dossier), a minute and a bit apart."""
    prev, made = GENESIS, []
    for at, (kind, body, dossier) in enumerate(happenings):
        now = AT + timedelta(seconds=67 * at, milliseconds=at % 7)
        made.append(seal(Happening(kind, body, now, dossier), Place(desk, EPOCH, first + at, prev, "mai", now)))
        prev = made[-1].hash
    return made


def golden() -> list[Entry]:
    """The golden entries of the first epoch."""
    prev, made = GENESIS, []
    for line in (ROOT / "tests" / "data" / "entries.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        entry = open_entry(row["envelope"].encode(), row["body"].encode(), prev)
        if entry.epoch == EPOCH:
            made.append(entry)
            prev = entry.hash
    return made


def packed(entries: Sequence[Entry], desk: str = "01") -> bytes:
    return packet.pack(entries, desk, KEY, signing.sign(SEED))
